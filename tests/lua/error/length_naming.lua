local up, n = nil, 5
print(pcall(function() return #undefined_global end)) -- expect: false	length_naming.lua:2: attempt to get length of a nil value (global 'undefined_global')
print(pcall(function() local l return #l end)) -- expect: false	length_naming.lua:3: attempt to get length of a nil value (local 'l')
print(pcall(function() return #up end)) -- expect: false	length_naming.lua:4: attempt to get length of a nil value (upvalue 'up')
print(pcall(function() return #n end)) -- expect: false	length_naming.lua:5: attempt to get length of a number value (upvalue 'n')
print(pcall(function() return #_G.nothing end)) -- expect: false	length_naming.lua:6: attempt to get length of a nil value (field 'nothing')
print(pcall(function() return #5 end)) -- expect: false	length_naming.lua:7: attempt to get length of a number value
print(pcall(function() return #print end)) -- expect: false	length_naming.lua:8: attempt to get length of a function value (global 'print')
print(pcall(function() return #true end)) -- expect: false	length_naming.lua:9: attempt to get length of a boolean value
print(pcall(function() return #nil + 1 end)) -- expect: false	length_naming.lua:10: attempt to get length of a nil value
