-- A collection ends even if elements of a large table's list keep moving while it marks.
local t = {}
for i = 1, 20000 do t["name" .. i] = {i} end
for i = 1, 10 do t[i] = {i} end
collectgarbage()
collectgarbage("stop")
local steps = 0
repeat
  table.insert(t, 1, {})
  table.remove(t)
  steps = steps + 1
until collectgarbage("step", 16) or steps == 10000
collectgarbage("restart")
print(steps < 10000) -- expect: true
print(#t, t.name20000[1]) -- expect: 10	20000
