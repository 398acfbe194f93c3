local t = { "a", "b", "c", "d" }
print(table.remove(t, 2), table.concat(t), table.remove(t, #t + 1), #t, table.remove(t, #t), table.concat(t)) -- expect: b	acd	nil	3	d	ac
local s = { [0] = "zero" }
print(table.remove(s, 0), s[0], table.remove(s, #s), #s) -- expect: zero	nil	nil	0
local u = { 1, 2, 3, [5] = 5 }
print(table.remove(u, 1), u[1], u[2], u[3]) -- expect: 1	2	3	nil
