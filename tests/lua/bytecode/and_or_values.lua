local n, f, one, two = nil, false, 1, 2
print(n and one, f and one, one and two, one and n, one and f) -- expect: nil	false	2	nil	false
print(n or one, f or one, one or two, n or f, f or n) -- expect: 1	1	1	false	nil
print(n and one or two, one and two or n, one and n or two, n or f or one) -- expect: 2	2	2	1
local x = n and one
local y = one or two
local z = (n or f) and (one or two)
print(x, y, z) -- expect: nil	1	false
one = one and two
two = n or two
print(one, two) -- expect: 2	2
local t = { v = n or "default", w = one and "yes" }
print(t.v, t.w) -- expect: default	yes
