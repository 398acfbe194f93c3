local mt = { __lt = function(a, b) return a.v < b.v end, __le = function(a, b) return a.v <= b.v end }
local function new(v) return setmetatable({ v = v }, mt) end
local a, b = new(1), new(2)
print(a < b, a <= b, a > b, a >= b, not (a < b)) -- expect: true	true	false	false	false
local list = { new(3), new(1), new(2) }
table.sort(list)
print(list[1].v, list[2].v, list[3].v) -- expect: 1	2	3
