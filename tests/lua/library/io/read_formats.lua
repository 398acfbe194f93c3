local name = os.tmpname()
local f = io.open(name, "w")
f:write("first\nsecond\n12 0x1F -3.5e2 abc\nrest of\nthe file\n") f:close()
f = io.open(name)
print(f:read("l")) print((f:read("L"):gsub("\n", "\\n"))) print(f:read("n", "n", "n")) print(f:read("n")) print(f:read("l")) print((f:read("a"):gsub("\n", "\\n"))) print(f:read("a") == "", f:read("l"), f:read("n"), f:read(0), f:read(5))
-- expect: first
-- expect: second\n
-- expect: 12	31	-350.0
-- expect: nil
-- expect: abc
-- expect: rest of\nthe file\n
-- expect: true	nil	nil	nil	nil
f:close()
f = io.open(name)
print(f:read(5), f:read(1) == "\n", f:read(0) == "", f:read("l", "l")) print(f:read(3, "*l")) print(f:read("*a") ~= "")
-- expect: first	true	true	second	12 0x1F -3.5e2 abc
-- expect: res	t of
-- expect: true
print(pcall(function() return f:read("x") end)) print(pcall(function() return f:read("l", "*x") end)) print(pcall(function() return f:read({}) end)) print(f:read(0), f:read(1))
-- expect: false	read_formats.lua:19: bad argument #1 to 'read' (invalid format)
-- expect: true	nil
-- expect: false	read_formats.lua:19: bad argument #1 to 'read' (string expected, got table)
-- expect: nil	nil
f:close() os.remove(name)
