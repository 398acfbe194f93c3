-- Garbage: tables with fields, made while n tables stay alive.
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
local alive = {}
for i = 1, n do alive[i] = { i } end
local kept
for i = 1, n * rounds do kept = { x = i, y = i } end
