-- heavy
local t = {}
for i = 1, 1000 do t["key" .. i] = i end
local ok = true
for i = 1, 1000 do if t["key" .. i] ~= i then ok = false end end
for i = 1, 1000, 2 do t["key" .. i] = nil end
local n, sum = 0, 0
for _, v in pairs(t) do n, sum = n + 1, sum + v end
print(ok, n, sum) -- expect: true	500	250500
