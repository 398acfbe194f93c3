local log = {}
local mt = { __lt = function(a, b) log[1] = true return a.v < b.v end }
local t = { setmetatable({ v = 2 }, mt), setmetatable({ v = 1 }, mt), setmetatable({ v = 3 }, mt) }
table.sort(t)
print(t[1].v, t[2].v, t[3].v, log[1]) -- expect: 1	2	3	true
local store = { 3, 1, 2 }
local proxy = setmetatable({}, { __index = store, __newindex = store, __len = function() return #store end })
table.sort(proxy)
print(table.concat(store, " "), rawlen(proxy)) -- expect: 1 2 3	0
