local name = os.tmpname()
local f = io.open(name, "w") f:write("a\nb\n\nd") f:close()
for l in io.lines(name) do print("[" .. l .. "]") end
-- expect: [a]
-- expect: [b]
-- expect: []
-- expect: [d]
for a, b in io.lines(name, 1, "L") do print(a, (b:gsub("\n", "\\n"))) end
-- expect: a	\n
-- expect: b	\n
-- expect:
-- expect: 	d
f = io.open(name)
for l in f:lines("L") do print(#l) end
-- expect: 2
-- expect: 2
-- expect: 1
-- expect: 1
print(io.type(f), f:read()) -- expect: file	nil
f:close()
for c in io.lines(name, 3) do print(#c) end
-- expect: 3
-- expect: 3
print(pcall(io.lines, name .. ".none") == false, (select(2, pcall(io.lines, "/nonexistent/x")))) -- expect: true	cannot open file '/nonexistent/x' (No such file or directory)
print(pcall(function() for _ in f:lines() do end end)) -- expect: false	lines.lua:25: attempt to use a closed file
local it = io.lines(name)
for _ = 1, 4 do it() end
print(it(), pcall(it)) -- expect: nil	false	file is already closed
os.remove(name)
