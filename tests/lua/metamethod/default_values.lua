local defaults = setmetatable({}, { __index = function() return 0 end })
local count = setmetatable({}, { __index = function() return 0 end })
for c in ("mississippi"):gmatch(".") do count[c] = count[c] + 1 end
print(count.m, count.i, count.s, count.p, count.x, defaults.y) -- expect: 1	4	4	2	0	0
