-- A file that cannot be read: formats are tried until the first fails, which "a" never does.
local name = os.tmpname()
local f = io.open(name, "w")
print(f:read("a")) -- expect: nil	Bad file descriptor	9
print(f:read("l", "x")) -- expect: nil	Bad file descriptor	9
print(select(2, pcall(function() f:read("a", "x") end)))
-- expect: read_unreadable.lua:6: bad argument #2 to 'read' (invalid format)
print(f:read("a", "a", 1, "x")) -- expect: nil	Bad file descriptor	9
print(f:read(0)) -- expect: nil	Bad file descriptor	9
print(f:read("n")) -- expect: nil	Bad file descriptor	9
print(select(2, pcall(function() for a in f:lines("a") do end end))) -- expect: read_unreadable.lua:11: Bad file descriptor
f:close()
os.remove(name)
