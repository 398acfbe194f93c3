local t, up = {}, nil
print(pcall(function() undefined_global() end)) -- expect: false	call_naming.lua:2: attempt to call a nil value (global 'undefined_global')
print(pcall(function() local l; l() end)) -- expect: false	call_naming.lua:3: attempt to call a nil value (local 'l')
print(pcall(function() up() end)) -- expect: false	call_naming.lua:4: attempt to call a nil value (upvalue 'up')
print(pcall(function() t.f() end)) -- expect: false	call_naming.lua:5: attempt to call a nil value (field 'f')
print(pcall(function() t.a.b() end)) -- expect: false	call_naming.lua:6: attempt to index a nil value (field 'a')
print(pcall(function() t:m() end)) -- expect: false	call_naming.lua:7: attempt to call a nil value (method 'm')
print(pcall(function() t[1]() end)) -- expect: false	call_naming.lua:8: attempt to call a nil value (field 'integer index')
print(pcall(function() local k = "k" t[k]() end)) -- expect: false	call_naming.lua:9: attempt to call a nil value (field '?')
print(pcall(function() (5)() end)) -- expect: false	call_naming.lua:10: attempt to call a number value
print(pcall(function() ("s")() end)) -- expect: false	call_naming.lua:11: attempt to call a string value (constant 's')
print(pcall(function() t() end)) -- expect: false	call_naming.lua:12: attempt to call a table value (upvalue 't')
print(pcall(function() return undefined_global() end)) -- expect: false	call_naming.lua:13: attempt to call a nil value (global 'undefined_global')
print(pcall(function() return t.f() end)) -- expect: false	call_naming.lua:14: attempt to call a nil value (field 'f')
print(pcall(function() return t:m() end)) -- expect: false	call_naming.lua:15: attempt to call a nil value (method 'm')
print(pcall(function() t.f(t.g()) end)) -- expect: false	call_naming.lua:16: attempt to call a nil value (field 'g')
print(pcall(function() print()() end))
-- expect:
-- expect: false	call_naming.lua:17: attempt to call a nil value
print(pcall(function() ("x"):nope() end)) -- expect: false	call_naming.lua:20: attempt to call a nil value (method 'nope')
print(pcall(function() local n = 5; n:m() end)) -- expect: false	call_naming.lua:21: attempt to index a number value (local 'n')
print(pcall(function() undefined_global:m() end)) -- expect: false	call_naming.lua:22: attempt to index a nil value (global 'undefined_global')
print(pcall(function() string.nope("x") end)) -- expect: false	call_naming.lua:23: attempt to call a nil value (field 'nope')
print(pcall(nil)) -- expect: false	attempt to call a nil value
print(pcall(5)) -- expect: false	attempt to call a number value
print(pcall({})) -- expect: false	attempt to call a table value
print(pcall(pcall)) -- expect: false	bad argument #1 to 'pcall' (value expected)
