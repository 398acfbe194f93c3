-- An error through n calls. Largest: 150000
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
local function down(i)
  if i == 0 then error("at the bottom", 0) end
  local r = down(i - 1)
  return r
end
for _ = 1, rounds * 10 do assert(not pcall(down, n)) end
