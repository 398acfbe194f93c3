local t = {}
for i = 1, 20 do t["k" .. i] = i end
local removed, sum = 0, 0
for k, v in pairs(t) do
  t[k] = nil
  removed, sum = removed + 1, sum + v
end
print(removed, sum, next(t)) -- expect: 20	210	nil
