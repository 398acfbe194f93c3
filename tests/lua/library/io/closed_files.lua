local name = os.tmpname()
local f = io.open(name, "w") f:close()
print(tostring(f), io.type(f), io.type(5), io.type(io.stdout), io.type({})) -- expect: file (closed)	closed file	nil	file	nil
print(pcall(f.write, f, "x")) print(pcall(f.read, f)) print(pcall(f.close, f)) print(pcall(f.lines, f)) print(pcall(f.seek, f)) print(pcall(f.flush, f)) print(pcall(f.setvbuf, f, "no")) print(pcall(io.close, f)) print(pcall(io.type))
-- expect: false	attempt to use a closed file
-- expect: false	attempt to use a closed file
-- expect: false	attempt to use a closed file
-- expect: false	attempt to use a closed file
-- expect: false	attempt to use a closed file
-- expect: false	attempt to use a closed file
-- expect: false	attempt to use a closed file
-- expect: false	attempt to use a closed file
-- expect: false	bad argument #1 to 'io.type' (value expected)
print(tostring(io.stdout):match("^file %(0x%x+%)$") ~= nil) -- expect: true
os.remove(name)
