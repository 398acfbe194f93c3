for i = 2, 1 do print("up") end
for i = 1, 2, -1 do print("down") end
for i = 1, -math.huge do print("huge") end
for i = 1, math.huge, -1 do print("down huge") end
for i = 1, 0.99 do print("clip") end
for i = -1, -0.99, -1 do print("clip down") end
for i = 1, 0 / 0 do print("nan") end
for i = math.maxinteger, math.mininteger do print("wide") end
print("none") -- expect: none
