-- Stores of nil: entries deleted by their keys, and the same keys stored again. Largest: 300000
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
local t = {}
for i = 1, n do t["k" .. i % 1000 .. "." .. i] = true end
local keys = {}
for k in pairs(t) do keys[#keys + 1] = k end
for _ = 1, rounds do
  for i = 1, n do t[keys[i]] = nil end
  for i = 1, n do t[keys[i]] = true end
end
