-- table.sort of numbers in no order.
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
local seed = 1
for _ = 1, rounds do
  local t = {}
  for i = 1, n do
    seed = seed * 16807 % 2147483647
    t[i] = seed
  end
  table.sort(t)
end
