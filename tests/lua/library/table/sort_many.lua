-- heavy
local t, seed = {}, 12345
for i = 1, 300 do seed = (seed * 1103515245 + 12345) % 2147483648 t[i] = seed % 1000 end
table.sort(t)
local ok = true
for i = 2, #t do if t[i - 1] > t[i] then ok = false end end
table.sort(t, function(a, b) return a > b end)
for i = 2, #t do if t[i - 1] < t[i] then ok = false end end
print(ok, #t) -- expect: true	300
