-- Entries whose key is only in a table with weak keys go away; strings and numbers are values, which stay.
local weak = setmetatable({}, {__mode = "k"})
local kept = {}
weak[kept] = "kept"
weak[{}] = "lost"
weak[1], weak["s"], weak[true] = {}, {}, {}
weak[string.rep("long", 20)] = 1
collectgarbage()
print(weak[kept], type(weak[1]), type(weak.s), type(weak[true])) -- expect: kept	table	table	table
local count = 0
for _ in pairs(weak) do count = count + 1 end
print(count, weak[string.rep("long", 20)]) -- expect: 5	1
