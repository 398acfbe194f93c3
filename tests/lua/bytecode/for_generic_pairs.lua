local t = { 10, 20, 30 }
for k, v in pairs(t) do print(k, v) end
-- expect: 1	10
-- expect: 2	20
-- expect: 3	30
for k in pairs { only = 1 } do print(k) end -- expect: only
for k, v in next, { "x" } do print(k, v) end -- expect: 1	x
for k, v in next, t, 2 do print(k, v) end -- expect: 3	30
local sum = 0
for _, v in pairs { a = 1, b = 2, 3, 4, [10] = 5 } do sum = sum + v end
print(sum) -- expect: 15
