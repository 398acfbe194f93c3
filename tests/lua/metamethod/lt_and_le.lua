local mt = { __lt = function(a, b) return a.v < b.v end, __le = function(a, b) return a.v <= b.v end }
local function new(v) return setmetatable({ v = v }, mt) end
local a, b = new(1), new(2)
print(a < b, a <= b, a > b, a >= b, not (a < b)) -- expect: true	true	false	false	false
local list = { new(3), new(1), new(2) }
table.sort(list)
print(list[1].v, list[2].v, list[3].v) -- expect: 1	2	3
local only_lt = setmetatable({}, { __lt = function() return true end })
print(only_lt < only_lt, pcall(function() return only_lt <= only_lt end)) -- expect: true	false	lt_and_le.lua:9: attempt to compare two table values
