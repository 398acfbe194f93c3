-- next by hand over scattered keys. Largest: 300000
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
local t, sum = {}, 0
for i = 1, n do t[i * 1021] = i end
for _ = 1, rounds do
  local k, v = next(t)
  while k do
    sum = sum + v
    k, v = next(t, k)
  end
end
