local base = { found = "at the bottom" }
local t = base
for i = 1, 100 do t = setmetatable({}, { __index = t }) end
print(t.found, t.other) -- expect: at the bottom	nil
for i = 1, 2000 do t = setmetatable({}, { __index = t }) end
print(pcall(function() return t.found end)) -- expect: false	index_long_chain.lua:6: '__index' chain too long; possible loop
