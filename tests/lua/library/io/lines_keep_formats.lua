local name = os.tmpname()
local f = io.open(name, "w") f:write("1 2\n3 4\n5") f:close()
for a, b in io.lines(name, "n", "n") do print(a, b) end
-- expect: 1	2
-- expect: 3	4
-- expect: 5	nil
for line in io.lines(name, "a") do print(#line) break end -- expect: 9
for x in io.lines(name, "n", "l") do print(x) end
-- expect: 1
-- expect: 3
-- expect: 5
f = io.open(name)
for c in f:lines(2) do io.write("[", (c:gsub("\n", ".")), "]") end
print() -- expect: [1 ][2.][3 ][4.][5]
f:close() os.remove(name)
