local function f(...) return select("#", ...), ... end
print(f()) -- expect: 0
print(f(1)) -- expect: 1	1
print(f(1, nil)) -- expect: 2	1	nil
print((f(1, 2))) -- expect: 2
f(1, 2, 3)
local a = f(1, 2)
local b, c, d, e = f("x")
print(a, b, c, d, e) -- expect: 2	1	x	nil	nil
print(f { 1 } == 1, f "s") -- expect: true	1	s
local function none() end
print(none(), (none())) -- expect: nil	nil
local x, y = none()
print(x, y, select("#", none()), select("#", (none()))) -- expect: nil	nil	0	1
