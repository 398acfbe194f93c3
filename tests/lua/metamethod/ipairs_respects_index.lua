local proxy = setmetatable({}, { __index = { "a", "b", "c" } })
for i, v in ipairs(proxy) do print(i, v) end
-- expect: 1	a
-- expect: 2	b
-- expect: 3	c
local lazily = setmetatable({}, { __index = function(t, i) if i < 3 then t[i] = i * 10 return t[i] end end })
for i, v in ipairs(lazily) do print(i, v) end
-- expect: 1	10
-- expect: 2	20
print(#lazily) -- expect: 2
