-- Building strings by table.concat of small pieces.
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
for _ = 1, rounds do
  local t = {}
  for i = 1, n do t[i] = i % 10 end
  local s = table.concat(t, ",")
end
