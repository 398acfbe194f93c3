-- Garbage: coroutines that ran once, made while n tables stay alive. Largest: 300000
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
local alive = {}
for i = 1, n do alive[i] = { i } end
local sum = 0
for i = 1, n * rounds do sum = sum + coroutine.wrap(function(a) return a end)(i) end
