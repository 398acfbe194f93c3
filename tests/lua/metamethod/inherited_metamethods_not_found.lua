-- Metamethods are looked up in the metatable by raw access.
local base = { __add = function() return "added" end }
local mt = setmetatable({}, { __index = base })
local t = setmetatable({}, mt)
print(pcall(function() return t + 1 end)) -- expect: false	inherited_metamethods_not_found.lua:5: attempt to perform arithmetic on a table value (upvalue 't')
mt.__add = base.__add
print(t + 1) -- expect: added
