-- The message names the variable as the source does.
local t, s, k = {}, "str", "key"
local up = nil
print(pcall(function() return undefined_global.x end)) -- expect: false	index_naming.lua:4: attempt to index a nil value (global 'undefined_global')
print(pcall(function() local l; return l.x end)) -- expect: false	index_naming.lua:5: attempt to index a nil value (local 'l')
print(pcall(function() return up.x end)) -- expect: false	index_naming.lua:6: attempt to index a nil value (upvalue 'up')
print(pcall(function() return t.a.b end)) -- expect: false	index_naming.lua:7: attempt to index a nil value (field 'a')
print(pcall(function() return t[1].x end)) -- expect: false	index_naming.lua:8: attempt to index a nil value (field 'integer index')
print(pcall(function() return t[k].x end)) -- expect: false	index_naming.lua:9: attempt to index a nil value (field '?')
print(pcall(function() local k2 = "dyn" return t[k2].x end)) -- expect: false	index_naming.lua:10: attempt to index a nil value (field '?')
print(pcall(function() return t.f().x end)) -- expect: false	index_naming.lua:11: attempt to call a nil value (field 'f')
print(pcall(function() return (nil).x end)) -- expect: false	index_naming.lua:12: attempt to index a nil value
print(pcall(function() return (1).x end)) -- expect: false	index_naming.lua:13: attempt to index a number value
print(pcall(function() return (true)[1] end)) -- expect: false	index_naming.lua:14: attempt to index a boolean value
print(pcall(function() return t.a.b.c end)) -- expect: false	index_naming.lua:15: attempt to index a nil value (field 'a')
print(pcall(function(p) return p.x end)) -- expect: false	index_naming.lua:16: attempt to index a nil value (local 'p')
print(pcall(function(...) return (...).x end)) -- expect: false	index_naming.lua:17: attempt to index a nil value
print(pcall(function() return ("x").y.z end)) -- expect: false	index_naming.lua:18: attempt to index a nil value (field 'y')
print(pcall(function() return (t.a or t.b).c end)) -- expect: false	index_naming.lua:19: attempt to index a nil value
print(pcall(function() return tostring(1).x.y end)) -- expect: false	index_naming.lua:20: attempt to index a nil value (field 'x')
print(pcall(function() return _ENV.nothing.x end)) -- expect: false	index_naming.lua:21: attempt to index a nil value (global 'nothing')
