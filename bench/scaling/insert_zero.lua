-- Filling an array from 0 on, and one from its end to its beginning.
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
for _ = 1, rounds do
  local t, u = {}, {}
  for i = 0, n / 2 - 1 do t[i] = i end
  for i = n / 2, 1, -1 do u[i] = i end
end
