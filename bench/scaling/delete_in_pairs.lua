-- Filling a table with scattered keys and deleting all of them inside pairs.
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
local t = {}
for _ = 1, rounds do
  for i = 1, n do t[i * 1021] = i end
  for k in pairs(t) do t[k] = nil end
end
