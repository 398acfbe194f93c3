local name = os.tmpname()
local f = io.open(name, "w") f:close()
print(tostring(f), io.type(f), io.type(5), io.type(io.stdout), io.type({})) -- expect: file (closed)	closed file	nil	file	nil
print(pcall(f.write, f, "x")) -- expect: false	attempt to use a closed file
print(pcall(f.read, f)) -- expect: false	attempt to use a closed file
print(pcall(f.close, f)) -- expect: false	attempt to use a closed file
print(pcall(f.lines, f)) -- expect: false	attempt to use a closed file
print(pcall(f.seek, f)) -- expect: false	attempt to use a closed file
print(pcall(f.flush, f)) -- expect: false	attempt to use a closed file
print(pcall(f.setvbuf, f, "no")) -- expect: false	attempt to use a closed file
print(pcall(io.close, f)) -- expect: false	attempt to use a closed file
print(pcall(io.type)) -- expect: false	bad argument #1 to 'io.type' (value expected)
print(tostring(io.stdout):match("^file %(0x%x+%)$") ~= nil) -- expect: true
os.remove(name)
