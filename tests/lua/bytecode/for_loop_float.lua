for x = 1, 2, 0.5 do print(x) end
-- expect: 1.0
-- expect: 1.5
-- expect: 2.0
for x = 1.0, 3 do print(x) end
-- expect: 1.0
-- expect: 2.0
-- expect: 3.0
for x = 3, 1.5, -0.75 do print(x) end
-- expect: 3.0
-- expect: 2.25
-- expect: 1.5
for x = 0.1, 0.35, 0.1 do print(x < 0.4) end
-- expect: true
-- expect: true
-- expect: true
local count = 0
for x = 1, math.huge do count = count + 1 if x == 5 then break end end
print(count) -- expect: 5
for x = 1.5, 1 do print("never") end
