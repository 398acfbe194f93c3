-- heavy
local sum = 0
for i = 1, 20000 do sum = sum + i end
print(sum) -- expect: 200010000
local down = 0
for i = 20000, 1, -2 do down = down + 1 end
print(down) -- expect: 10000
