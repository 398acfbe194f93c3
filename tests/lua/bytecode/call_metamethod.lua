local m = setmetatable({}, { __call = function(self, ...) return rawlen(self), select("#", ...), ... end })
print(m()) -- expect: 0	0
print(m(1, nil)) -- expect: 0	2	1	nil
local outer = setmetatable({}, { __call = m })
print((select(2, outer("x")))) -- expect: 2
local function tail(...) return m(...) end
print(tail("a", "b")) -- expect: 0	2	a	b
local a, b = m("x")
print(a, b) -- expect: 0	1
