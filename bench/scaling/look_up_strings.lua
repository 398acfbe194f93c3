-- Reading entries under strings that are at hand. Largest: 300000
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
local t, keys, sum = {}, {}, 0
for i = 1, n do
  keys[i] = "key" .. i
  t[keys[i]] = i
end
for _ = 1, rounds * 4 do
  for i = 1, n do sum = sum + t[keys[i]] end
end
