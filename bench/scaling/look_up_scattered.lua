-- Reading entries under integer keys far apart.
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
local t, sum = {}, 0
for i = 1, n do t[i * 1021] = i end
for _ = 1, rounds * 4 do
  local at = 0
  for _ = 1, n do
    at = (at + 7919) % n
    sum = sum + t[(at + 1) * 1021]
  end
end
