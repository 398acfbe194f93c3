-- Full collections of a heap of n tables. Largest: 300000
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
local t = {}
for i = 1, n do t[i] = { i, next = t[i - 1] } end
for _ = 1, rounds do collectgarbage() end
