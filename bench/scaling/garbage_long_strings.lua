-- Garbage: strings of a kilobyte, made while n tables stay alive. Largest: 300000
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
local alive = {}
for i = 1, n do alive[i] = { i } end
local kept
local tail = ("x"):rep(1000)
for i = 1, n * rounds do kept = i .. tail end
