-- table.insert and table.remove at the end.
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
local t = {}
for _ = 1, rounds do
  for i = 1, n do table.insert(t, i) end
  for _ = 1, n do table.remove(t) end
end
