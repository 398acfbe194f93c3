local t, up, f = {}, nil, 1.5
print(pcall(function() return undefined_global & 1 end)) -- expect: false	bitwise_naming.lua:2: attempt to perform bitwise operation on a nil value (global 'undefined_global')
print(pcall(function() local l = {} return l | 1 end)) -- expect: false	bitwise_naming.lua:3: attempt to perform bitwise operation on a table value (local 'l')
print(pcall(function() return 1 ~ up end)) -- expect: false	bitwise_naming.lua:4: attempt to perform bitwise operation on a nil value (upvalue 'up')
print(pcall(function() return t.a << 1 end)) -- expect: false	bitwise_naming.lua:5: attempt to perform bitwise operation on a nil value (field 'a')
print(pcall(function() return 1 >> t.b end)) -- expect: false	bitwise_naming.lua:6: attempt to perform bitwise operation on a nil value (field 'b')
print(pcall(function() return ~t end)) -- expect: false	bitwise_naming.lua:7: attempt to perform bitwise operation on a table value (upvalue 't')
print(pcall(function() return ~t.x end)) -- expect: false	bitwise_naming.lua:8: attempt to perform bitwise operation on a nil value (field 'x')
print(pcall(function() return f & 1 end)) -- expect: false	bitwise_naming.lua:9: number (upvalue 'f') has no integer representation
print(pcall(function() return 1 | f end)) -- expect: false	bitwise_naming.lua:10: number (upvalue 'f') has no integer representation
print(pcall(function() return ~f end)) -- expect: false	bitwise_naming.lua:11: number (upvalue 'f') has no integer representation
print(pcall(function() local a = 2^70 return a >> 1 end)) -- expect: false	bitwise_naming.lua:12: number (local 'a') has no integer representation
print(pcall(function() return t | f end)) -- expect: false	bitwise_naming.lua:13: attempt to perform bitwise operation on a table value (upvalue 't')
print(pcall(function() return f | t end)) -- expect: false	bitwise_naming.lua:14: attempt to perform bitwise operation on a table value (upvalue 't')
print(pcall(function() return 1.5 & 2 end)) -- expect: false	bitwise_naming.lua:15: number has no integer representation
print(pcall(function() t.x = 2.5 return t.x & 1 end)) -- expect: false	bitwise_naming.lua:16: number (field 'x') has no integer representation
print(pcall(function() return (0 / 0) & 1 end)) -- expect: false	bitwise_naming.lua:17: number has no integer representation
