-- Filled upwards, downwards and from the middle.
local up, down, mid = {}, {}, {}
for i = 1, 50 do up[i] = i end
for i = 50, 1, -1 do down[i] = i end
for i = 0, 24 do mid[25 - i] = 25 - i mid[26 + i] = 26 + i end
print(#up, #down, #mid, up[50], down[1], mid[25]) -- expect: 50	50	50	50	1	25
