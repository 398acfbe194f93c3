-- Names in messages are C strings in PUC-Rio Lua.
local t = {}
print(pcall(function() return "a\0b" | 1 end)) -- expect: false	names_end_at_zero.lua:3: attempt to perform bitwise operation on a string value (constant 'a')
print(pcall(function() return t["x\0y"].z end)) -- expect: false	names_end_at_zero.lua:4: attempt to index a nil value (field 'x')
print(pcall(function() t["m\0n"]() end)) -- expect: false	names_end_at_zero.lua:5: attempt to call a nil value (field 'm')
print(pcall(function() return setmetatable({}, {__name = "N\0M"}) + 1 end)) -- expect: false	names_end_at_zero.lua:6: attempt to perform arithmetic on a N value
print(load("x = 1", "=c", "b\0t")) -- expect: nil	attempt to load a text chunk (mode is 'b')
print(pcall(collectgarbage, "wrong\0")) -- expect: false	bad argument #1 to 'collectgarbage' (invalid option 'wrong')
print(collectgarbage("isrunning\0")) -- expect: true
