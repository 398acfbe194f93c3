local i, f = 5, 2.0
print(~i, ~f, ~~i, ~math.maxinteger == math.mininteger) -- expect: -6	-3	5	true
print(pcall(function() local s = "3" return ~s end)) -- expect: false	bit_not.lua:3: attempt to perform bitwise operation on a string value (local 's')
local m = setmetatable({}, { __bnot = function() return "bnot" end })
print(~m) -- expect: bnot
