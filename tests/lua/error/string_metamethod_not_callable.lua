-- The arithmetic of strings is native: functions it calls have no position and no name.
local object = setmetatable({}, {__pow = 0})
print(pcall(function() return "0" ^ object end)) -- expect: false	attempt to call a number value
print(pcall(function() return 1 ^ object end)) -- expect: false	string_metamethod_not_callable.lua:4: attempt to call a number value (metamethod 'pow')
