-- Calls inside calls, to a depth of n, and back. Largest: 150000
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
local function down(i)
  if i == 0 then return 0 end
  return 1 + down(i - 1)
end
local sum = 0
for _ = 1, rounds * 10 do sum = sum + down(n) end
