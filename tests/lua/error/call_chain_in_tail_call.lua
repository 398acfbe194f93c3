-- A value that cannot be called is named in tail calls, too, and after `__call` led to it.
local object = setmetatable({}, {__call = {}})
print(pcall(function() return object() end)) -- expect: false	call_chain_in_tail_call.lua:3: attempt to call a table value (upvalue 'object')
local far = setmetatable({}, {__call = setmetatable({}, {__call = 5})})
print(pcall(function() return far(1) end)) -- expect: false	call_chain_in_tail_call.lua:5: attempt to call a number value (upvalue 'far')
print(pcall(function() far(1) end)) -- expect: false	call_chain_in_tail_call.lua:6: attempt to call a number value (upvalue 'far')
local called = setmetatable({}, {__call = setmetatable({}, {__call = function(...) return select("#", ...) end})})
print((function() return called(1, 2) end)()) -- expect: 4
