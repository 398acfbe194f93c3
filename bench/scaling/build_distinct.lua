-- Distinct short strings that stay alive. Largest: 300000
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
for r = 1, rounds do
  local t = {}
  for i = 1, n do t[i] = r .. ":" .. i end
end
