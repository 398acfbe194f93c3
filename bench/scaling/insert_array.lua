-- Filling an array from 1 on, by an index that is counted.
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
for _ = 1, rounds do
  local t = {}
  for i = 1, n do t[i] = i end
end
