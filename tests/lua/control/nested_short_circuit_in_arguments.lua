local function f(...) return select("#", ...), ... end
local a, b = nil, false
print(f(a and 1, b or 2, a or b, not a and not b, (a or 1) and (b or "x"))) -- expect: 5	nil	2	false	true	x
print(f((a == nil and "nil") or "other", a ~= b, not (a or b) and #"abc")) -- expect: 3	nil	true	3
