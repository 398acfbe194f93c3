local function any(...) if ... then return "some" end return "none" end
print(any(), any(false, 1), any(1)) -- expect: none	none	some
local function add(...) local s = 0 for i = 1, select("#", ...) do s = s + (select(i, ...)) end return s end
print(add(), add(1, 2, 3), (...) == nil) -- expect: 0	6	true
