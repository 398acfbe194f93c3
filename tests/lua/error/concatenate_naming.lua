local t, up, s = {}, nil, "s"
print(pcall(function() return "x" .. undefined_global end)) -- expect: false	concatenate_naming.lua:2: attempt to concatenate a nil value (global 'undefined_global')
print(pcall(function() local l = {} return l .. "x" end)) -- expect: false	concatenate_naming.lua:3: attempt to concatenate a table value (local 'l')
print(pcall(function() return up .. "x" end)) -- expect: false	concatenate_naming.lua:4: attempt to concatenate a nil value (upvalue 'up')
print(pcall(function() return s .. up end)) -- expect: false	concatenate_naming.lua:5: attempt to concatenate a nil value (upvalue 'up')
print(pcall(function() return "x" .. t.a end)) -- expect: false	concatenate_naming.lua:6: attempt to concatenate a nil value (field 'a')
print(pcall(function() return t.a .. t.b end)) -- expect: false	concatenate_naming.lua:7: attempt to concatenate a nil value (field 'a')
print(pcall(function() return "a" .. "b" .. nil .. "c" end)) -- expect: false	concatenate_naming.lua:8: attempt to concatenate a nil value
print(pcall(function() return "a" .. {} .. "c" end)) -- expect: false	concatenate_naming.lua:9: attempt to concatenate a table value
print(pcall(function() return true .. "" end)) -- expect: false	concatenate_naming.lua:10: attempt to concatenate a boolean value
print(pcall(function() return 1 .. print end)) -- expect: false	concatenate_naming.lua:11: attempt to concatenate a function value (global 'print')
print(pcall(function() local a, b, c = "a", nil, "c" return a .. b .. c end)) -- expect: false	concatenate_naming.lua:12: attempt to concatenate a nil value (local 'b')
