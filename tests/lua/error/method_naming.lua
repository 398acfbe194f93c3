local o = { f = 1 }
print(pcall(function() o:missing() end)) -- expect: false	method_naming.lua:2: attempt to call a nil value (method 'missing')
print(pcall(function() o:f() end)) -- expect: false	method_naming.lua:3: attempt to call a number value (method 'f')
print(pcall(function() o.f:g() end)) -- expect: false	method_naming.lua:4: attempt to index a number value (field 'f')
print(pcall(function() o.x:g() end)) -- expect: false	method_naming.lua:5: attempt to index a nil value (field 'x')
print(pcall(function() local l; l:g() end)) -- expect: false	method_naming.lua:6: attempt to index a nil value (local 'l')
print(pcall(function() ("s"):f() end)) -- expect: false	method_naming.lua:7: attempt to call a nil value (method 'f')
print(pcall(function() return o:missing(1, 2, 3) end)) -- expect: false	method_naming.lua:8: attempt to call a nil value (method 'missing')
