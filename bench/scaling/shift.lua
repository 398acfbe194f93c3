-- table.remove(t, 1) and table.insert(t, 1, x): grows with the size, here as there. Largest: 20000
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
local t = {}
for i = 1, n do t[i] = i end
for _ = 1, math.floor(rounds * n / 10) do
  local x = table.remove(t, 1)
  table.insert(t, 1, x)
end
