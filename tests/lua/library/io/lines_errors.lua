print(pcall(io.lines, "/nonexistent/file")) -- expect: false	cannot open file '/nonexistent/file' (No such file or directory)
print(pcall(io.lines, 5)) -- expect: false	cannot open file '5' (No such file or directory)
print(pcall(io.lines, {})) -- expect: false	bad argument #1 to 'io.lines' (string expected, got table)
local name = os.tmpname()
print(pcall(function() for _ in io.lines(name, "x") do end end)) -- expect: false	lines_errors.lua:5: bad argument #2 to 'for iterator' (invalid format)
local t = {} for i = 1, 251 do t[i] = 1 end
print(pcall(io.lines, name, table.unpack(t))) -- expect: false	bad argument #252 to 'io.lines' (too many arguments)
os.remove(name)
