-- heavy
-- A list that was emptied while its slots were made in portions, and then other entries that need another size.
local t = {}
for i = 1, 60000 do t[i] = i end
for i = 1, 17000 do t["k" .. i] = i end
for i = 60001, 65537 do t[i] = i end
for i = 65538, 1, -1 do t[i] = nil end
for i = 17001, 40000 do t["k" .. i] = i end
for i = 1, 100 do t[i] = -i end
local sum, count = 0, 0
for k, v in pairs(t) do sum, count = sum + v, count + 1 end
print(sum, count, #t) -- expect: 800014950	40100	100
local right = 0
for i = 1, 40000 do right = right + (t["k" .. i] == i and 1 or 0) end
print(right) -- expect: 40000
