local t = {}
t.a = 1
t.b = "two"
t.c = nil
t.d = t
t.d.e = 5
print(t.a, t.b, t.c, t.d == t, t.e) -- expect: 1	two	nil	true	5
t.a = nil
print(t.a) -- expect: nil
local p = setmetatable({}, { __newindex = function(_, k, v) print("new", k, v) end })
p.x = 1
-- expect: new	x	1
p.y = nil
-- expect: new	y	nil
print(rawget(p, "x")) -- expect: nil
