-- pairs over strings, and over an array. Largest: 300000
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
local t, u, sum = {}, {}, 0
for i = 1, n / 2 do
  t["k" .. i] = i
  u[i] = i
end
for _ = 1, rounds * 4 do
  for _, v in pairs(t) do sum = sum + v end
  for _, v in pairs(u) do sum = sum + v end
end
