local t = {}
for round = 1, 3 do
  for i = 1, 20 do t["r" .. round .. "k" .. i] = i end
  for k in pairs(t) do t[k] = nil end
  print(round, next(t))
  -- expect: 1	nil
  -- expect: 2	nil
  -- expect: 3	nil
end
t.x = 1
print(next(t)) -- expect: x	1
