local t, up, s = {}, nil, "abc"
print(pcall(function() return undefined_global + 1 end)) -- expect: false	arithmetic_naming.lua:2: attempt to perform arithmetic on a nil value (global 'undefined_global')
print(pcall(function() local l = {} return l + 1 end)) -- expect: false	arithmetic_naming.lua:3: attempt to perform arithmetic on a table value (local 'l')
print(pcall(function() return up + 1 end)) -- expect: false	arithmetic_naming.lua:4: attempt to perform arithmetic on a nil value (upvalue 'up')
print(pcall(function() return 1 + up end)) -- expect: false	arithmetic_naming.lua:5: attempt to perform arithmetic on a nil value (upvalue 'up')
print(pcall(function() return t.a + 1 end)) -- expect: false	arithmetic_naming.lua:6: attempt to perform arithmetic on a nil value (field 'a')
print(pcall(function() return t[1] * 2 end)) -- expect: false	arithmetic_naming.lua:7: attempt to perform arithmetic on a nil value (field 'integer index')
print(pcall(function() return 2 - t.x.y end)) -- expect: false	arithmetic_naming.lua:8: attempt to index a nil value (field 'x')
print(pcall(function() return {} + {} end)) -- expect: false	arithmetic_naming.lua:9: attempt to perform arithmetic on a table value
print(pcall(function() return t.a + t.b end)) -- expect: false	arithmetic_naming.lua:10: attempt to perform arithmetic on a nil value (field 'a')
print(pcall(function() return -t end)) -- expect: false	arithmetic_naming.lua:11: attempt to perform arithmetic on a table value (upvalue 't')
print(pcall(function() return -undefined_global end)) -- expect: false	arithmetic_naming.lua:12: attempt to perform arithmetic on a nil value (global 'undefined_global')
print(pcall(function() local a, b = 1, nil return a + b end)) -- expect: false	arithmetic_naming.lua:13: attempt to perform arithmetic on a nil value (local 'b')
print(pcall(function() local a, b = nil, 1 return a / b end)) -- expect: false	arithmetic_naming.lua:14: attempt to perform arithmetic on a nil value (local 'a')
print(pcall(function() return print % 2 end)) -- expect: false	arithmetic_naming.lua:15: attempt to perform arithmetic on a function value (global 'print')
print(pcall(function() return true ^ 2 end)) -- expect: false	arithmetic_naming.lua:16: attempt to perform arithmetic on a boolean value
print(pcall(function() return nil // 1 end)) -- expect: false	arithmetic_naming.lua:17: attempt to perform arithmetic on a nil value
print(pcall(function() return t.n + 1.5 end)) -- expect: false	arithmetic_naming.lua:18: attempt to perform arithmetic on a nil value (field 'n')
print(pcall(function() local x = t x = x - 1 end)) -- expect: false	arithmetic_naming.lua:19: attempt to perform arithmetic on a table value (local 'x')
print(pcall(function(p) return p * p end)) -- expect: false	arithmetic_naming.lua:20: attempt to perform arithmetic on a nil value (local 'p')
print(pcall(function() return #t + nil end)) -- expect: false	arithmetic_naming.lua:21: attempt to perform arithmetic on a nil value
