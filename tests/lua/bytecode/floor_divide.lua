local a, b, c = 7, 2, -7
print(a // b, c // b, a // -b, c // -b, 0 // b) -- expect: 3	-4	-4	3	0
print(a // 2.0, 7.5 // b, -7.5 // b, a // 0.0, -a // 0.0) -- expect: 3.0	3.0	-4.0	inf	-inf
print(math.mininteger // -1, math.maxinteger // -1) -- expect: -9223372036854775808	-9223372036854775807
print(pcall(function() return a // 0 end)) -- expect: false	floor_divide.lua:5: attempt to divide by zero
print("9" // b, a // "2") -- expect: 4	3
local m = setmetatable({}, { __idiv = function(p, q) return type(p) .. "//" .. type(q) end })
print(m // a, a // m, m // m) -- expect: table//number	number//table	table//table
