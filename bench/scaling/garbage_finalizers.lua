-- Garbage: tables with a finalizer, made while n tables stay alive. Largest: 300000
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
local alive, count = {}, 0
for i = 1, n do alive[i] = { i } end
local meta = { __gc = function() count = count + 1 end }
for i = 1, n * rounds do setmetatable({}, meta) end
