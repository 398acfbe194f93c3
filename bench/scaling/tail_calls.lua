-- Tail calls, n in a row.
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
local function go(i)
  if i == 0 then return 0 end
  return go(i - 1)
end
for _ = 1, rounds * 4 do go(n) end
