-- Garbage: closures with a variable of their own, made while n tables stay alive.
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
local alive = {}
for i = 1, n do alive[i] = { i } end
local kept
for i = 1, n * rounds do local v = i
  kept = function() v = v + 1 return v end end
