-- In messages a constant `_ENV` is not a variable, as in PUC-Rio Lua, where the constant replaces it.
print(pcall(function() local _ENV <const> = 1; x = 1 end)) -- expect: false	constant_environment_has_no_name.lua:2: attempt to index a number value
print(pcall(function() local _ENV <const> = 1; return x end)) -- expect: false	constant_environment_has_no_name.lua:3: attempt to index a number value
print(pcall(function() local _ENV <const> = 1; return x.y end)) -- expect: false	constant_environment_has_no_name.lua:4: attempt to index a number value
print(pcall(function() local _ENV <const> = 1; x() end)) -- expect: false	constant_environment_has_no_name.lua:5: attempt to index a number value
print(pcall(function() local _ENV <const> = nil; x = 1 end)) -- expect: false	constant_environment_has_no_name.lua:6: attempt to index a nil value
print(pcall(function() local _ENV <const> = true; x = 1 end)) -- expect: false	constant_environment_has_no_name.lua:7: attempt to index a boolean value
print(pcall(function() local _ENV <const> = -1.5; return x end)) -- expect: false	constant_environment_has_no_name.lua:8: attempt to index a number value
print(pcall(function() local _ENV <const> = "s"; x = 1 end)) -- expect: false	constant_environment_has_no_name.lua:9: attempt to index a string value (constant 's')
print(pcall(function() local _ENV <const> = "s"; return x.y end)) -- expect: false	constant_environment_has_no_name.lua:10: attempt to index a nil value (field 'x')
print(pcall(function() local _ENV <const> = "s"; return x() end)) -- expect: false	constant_environment_has_no_name.lua:11: attempt to call a nil value (field 'x')
print(pcall(function() local _ENV <const> = 1; return (function() return x end)() end)) -- expect: false	constant_environment_has_no_name.lua:12: attempt to index a number value
print(pcall(function() local _ENV <const> = 1; return (function() x = 1 end)() end)) -- expect: false	constant_environment_has_no_name.lua:13: attempt to index a number value
print(pcall(function() local _ENV <const> = "s"; return (function() return x.y end)() end)) -- expect: false	constant_environment_has_no_name.lua:14: attempt to index a nil value (field 'x')
-- Others are variables.
print(pcall(function() local _ENV <const> = {}; return x.y end)) -- expect: false	constant_environment_has_no_name.lua:16: attempt to index a nil value (global 'x')
print(pcall(function() local _ENV <const>, z <const> = 1, 2; return x end)) -- expect: false	constant_environment_has_no_name.lua:17: attempt to index a number value (local '_ENV')
print(pcall(function() local _ENV = 1; return x end)) -- expect: false	constant_environment_has_no_name.lua:18: attempt to index a number value (local '_ENV')
print(pcall(function() local _ENV = 1; return (function() x = 1 end)() end)) -- expect: false	constant_environment_has_no_name.lua:19: attempt to index a number value (upvalue '_ENV')
