-- New integer keys far apart.
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
for _ = 1, rounds do
  local t = {}
  for i = 1, n do t[i * 7919 % 1000003 * 1021] = i end
end
