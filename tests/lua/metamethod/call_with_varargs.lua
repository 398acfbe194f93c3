local m = setmetatable({}, { __call = function(self, ...) return select("#", ...), ... end })
local function pass(...) return m(...) end
print(pass()) -- expect: 0
print(pass(nil)) -- expect: 1	nil
print(pass(1, 2, 3)) -- expect: 3	1	2	3
print((m(1, 2))) -- expect: 2
local t = { m(1, 2) }
print(#t, m(m(1))) -- expect: 3	2	1	1
