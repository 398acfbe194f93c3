local function two() return "a", "b" end
local function n(...) return select("#", ...) end
print(n(two()), n(two(), two()), n(two(), 1), n((two()))) -- expect: 2	3	2	1
print(n(two(), nil), n(nil, two())) -- expect: 2	3
local function pass(...) return ... end
print(pass(two())) -- expect: a	b
print(pass(pass(two(), two()))) -- expect: a	a	b
local a, b, c = pass(1, two())
print(a, b, c) -- expect: 1	a	b
print(n(pass()), n(pass(pass())), n(pass(), pass())) -- expect: 0	0	1
