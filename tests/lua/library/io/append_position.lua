local name = os.tmpname()
local f = io.open(name, "w") f:write("0123456789") f:close()
-- A file opened only for appending begins at its end; one that can be read, too, at its start.
f = io.open(name, "a")
print(f:seek()) -- expect: 10
f:write("ab")
print(f:seek("cur")) -- expect: 12
f:seek("set", 3)
f:write("cd")
print(f:seek()) -- expect: 14
f:close()
f = io.open(name, "a+")
print(f:seek()) -- expect: 0
print(f:read("a")) -- expect: 0123456789abcd
f:close()
os.remove(name)
