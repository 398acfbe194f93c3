local name = os.tmpname()
local f = assert(io.open(name, "w"))
print(f:write("line one\n", 2, " ", 3.5, "\nlast line") == f, io.type(f)) -- expect: true	file
print(f:close(), io.type(f)) -- expect: true	closed file
f = io.open(name)
print(f:read(), f:read(), f:read(), f:read()) -- expect: line one	2 3.5	last line	nil
f:close()
os.remove(name)
