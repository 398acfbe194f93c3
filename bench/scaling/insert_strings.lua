-- New string keys: each made and stored once. Largest: 300000
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
for _ = 1, rounds do
  local t = {}
  for i = 1, n do t["key" .. i] = i end
end
