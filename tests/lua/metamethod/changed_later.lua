local mt = {}
local t = setmetatable({}, mt)
print(t.x, pcall(function() return t() end)) -- expect: nil	false	changed_later.lua:3: attempt to call a table value (upvalue 't')
mt.__index = function() return "index" end
mt.__call = function() return "call" end
mt.__len = function() return 9 end
print(t.x, t(), #t) -- expect: index	call	9
mt.__index, mt.__call, mt.__len = nil
print(t.x, pcall(t), #t) -- expect: nil	false	0
