-- heavy
local fs = {}
local a, b, c, d = 0, 0, 0, 0
for i = 1, 100 do fs[i] = function() a = a + 1 b = b + a c = c + b d = d + c end end
for i = 1, 100 do fs[i]() end
print(a, b, c, d) -- expect: 100	5050	171700	4421275
