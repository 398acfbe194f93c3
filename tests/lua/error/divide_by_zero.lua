local zero = 0
print(pcall(function() return 1 // zero end)) -- expect: false	divide_by_zero.lua:2: attempt to divide by zero
print(pcall(function() return 1 % zero end)) -- expect: false	divide_by_zero.lua:3: attempt to perform 'n%0'
print(pcall(function() return zero // 0 end)) -- expect: false	divide_by_zero.lua:4: attempt to divide by zero
print(pcall(function() return 5 % 0 end)) -- expect: false	divide_by_zero.lua:5: attempt to perform 'n%0'
print(1 // 0.0, 1.0 // zero, -1 // 0.0, 1 / zero, 1 % 0.0 ~= 1 % 0.0) -- expect: inf	inf	-inf	inf	true
print(pcall(function() return math.mininteger // 0 end)) -- expect: false	divide_by_zero.lua:7: attempt to divide by zero
print(pcall(math.fmod, 1, 0)) -- expect: false	bad argument #2 to 'math.fmod' (zero)
