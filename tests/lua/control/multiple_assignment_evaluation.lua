local t = { 1, 2, 3 }
local i = 1
i, t[i], t[i + 1] = 3, "a", "b"
print(i, t[1], t[2], t[3]) -- expect: 3	a	b	3
local function two() return 10, 20 end
local a, b, c = 0, two()
print(a, b, c) -- expect: 0	10	20
a, b = two(), 5
print(a, b) -- expect: 10	5
a, b, c = (two())
print(a, b, c) -- expect: 10	nil	nil
t.x, t.y = (function() return 1, 2 end)()
print(t.x, t.y) -- expect: 1	2
