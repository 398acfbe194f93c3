for i, v in ipairs { "a", "b", nil, "d" } do print(i, v) end
-- expect: 1	a
-- expect: 2	b
for i in ipairs { 5, 6 } do print(i) end
-- expect: 1
-- expect: 2
local proxy = setmetatable({}, { __index = function(_, i) if i <= 3 then return i * i end end })
for i, v in ipairs(proxy) do print(i, v) end
-- expect: 1	1
-- expect: 2	4
-- expect: 3	9
for i, v in ipairs("abc") do print("never") end
