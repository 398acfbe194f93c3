local f = io.popen("echo one; echo two")
print(io.type(f), getmetatable(f).__name) -- expect: file	FILE*
print(f:read("l", "l", "l")) -- expect: one	two	nil
print(f:write("x")) -- expect: nil	Bad file descriptor	9
print(f:seek("set")) -- expect: nil	Illegal seek	29
print(f:close()) -- expect: true	exit	0
print(io.type(f)) -- expect: closed file
for line in io.popen("printf 'a\\nb'", "r"):lines("L") do io.write("<", line, ">") end print()
-- expect: <a
-- expect: ><b>
