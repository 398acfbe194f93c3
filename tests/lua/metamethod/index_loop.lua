local t = {}
setmetatable(t, { __index = t })
print(pcall(function() return t.missing end)) -- expect: false	index_loop.lua:3: '__index' chain too long; possible loop
local a, b = {}, {}
setmetatable(a, { __index = b })
setmetatable(b, { __index = a })
print(pcall(function() return a.missing end)) -- expect: false	index_loop.lua:7: '__index' chain too long; possible loop
setmetatable(a, { __newindex = b })
setmetatable(b, { __newindex = a })
print(pcall(function() a.x = 1 end)) -- expect: false	index_loop.lua:10: '__newindex' chain too long; possible loop
