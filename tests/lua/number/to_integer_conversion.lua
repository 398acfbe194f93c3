print(3.0 | 0, 2^53 | 0, -0.0 | 0) -- expect: 3	9007199254740992	0
local half, big, huge = 1.5, 2^63, math.huge
print(pcall(function() return half | 0 end)) -- expect: false	to_integer_conversion.lua:3: number (upvalue 'half') has no integer representation
print(pcall(function() return 1 & big end)) -- expect: false	to_integer_conversion.lua:4: number (upvalue 'big') has no integer representation
print(pcall(function() return ~huge end)) -- expect: false	to_integer_conversion.lua:5: number (upvalue 'huge') has no integer representation
print(pcall(function() return 1 << 0.5 end)) -- expect: false	to_integer_conversion.lua:6: number has no integer representation
print(pcall(function() return ("x"):rep(1.5) end)) -- expect: false	to_integer_conversion.lua:7: bad argument #1 to 'rep' (number has no integer representation)
print(pcall(function() return ("x"):rep(2.0) end)) -- expect: true	xx
print(-2^63 | 0) -- expect: -9223372036854775808
