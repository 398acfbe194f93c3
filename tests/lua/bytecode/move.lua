-- Assignments between locals, in chains and in parallel.
local a, b, c = 1, "two", 3.5
local d = a
d = b
print(a, b, c, d) -- expect: 1	two	3.5	two
a, b, c = c, a, b
print(a, b, c) -- expect: 3.5	1	two
a, a = 10, 20
print(a) -- expect: 10
local function swap(x, y) x, y = y, x return x, y end
print(swap("left", "right")) -- expect: right	left
