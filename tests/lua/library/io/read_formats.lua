local name = os.tmpname()
local f = io.open(name, "w")
f:write("first\nsecond\n12 0x1F -3.5e2 abc\nrest of\nthe file\n") f:close()
f = io.open(name)
print(f:read("l")) -- expect: first
print((f:read("L"):gsub("\n", "\\n"))) -- expect: second\n
print(f:read("n", "n", "n")) -- expect: 12	31	-350.0
print(f:read("n")) -- expect: nil
print(f:read("l")) -- expect: abc
print((f:read("a"):gsub("\n", "\\n"))) -- expect: rest of\nthe file\n
print(f:read("a") == "", f:read("l"), f:read("n"), f:read(0), f:read(5)) -- expect: true	nil	nil	nil	nil
f:close()
f = io.open(name)
print(f:read(5), f:read(1) == "\n", f:read(0) == "", f:read("l", "l")) -- expect: first	true	true	second	12 0x1F -3.5e2 abc
print(f:read(3, "*l")) -- expect: res	t of
print(f:read("*a") ~= "") -- expect: true
print(pcall(function() return f:read("x") end)) -- expect: false	read_formats.lua:17: bad argument #1 to 'read' (invalid format)
print(pcall(function() return f:read("l", "*x") end)) -- expect: true	nil
print(pcall(function() return f:read({}) end)) -- expect: false	read_formats.lua:19: bad argument #1 to 'read' (string expected, got table)
print(f:read(0), f:read(1)) -- expect: nil	nil
f:close() os.remove(name)
