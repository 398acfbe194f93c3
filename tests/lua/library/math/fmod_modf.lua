print(math.fmod(7, 3), math.fmod(-7, 3), math.fmod(7, -3), math.fmod(-7, -3)) -- expect: 1	-1	1	-1
print(math.fmod(7.5, 2), math.fmod(-7.5, 2)) -- expect: 1.5	-1.5
print(math.fmod(math.mininteger, -1), math.fmod(5, math.huge), math.fmod(1, 1.0), math.fmod(6, 3)) -- expect: 0	5.0	0.0	0
print(math.modf(3.7)) -- expect: 3	0.7
print(math.modf(-3.7)) -- expect: -3	-0.7
print(math.modf(5)) -- expect: 5	0.0
print(math.modf(math.huge)) -- expect: inf	0.0
print(math.modf(-math.huge)) -- expect: -inf	0.0
print(math.modf(-0.0)) -- expect: 0	0.0
print(math.modf(1e100)) -- expect: 1e+100	0.0
print(pcall(math.fmod, 1, 0)) -- expect: false	bad argument #2 to 'math.fmod' (zero)
print(math.fmod(1, 0.0) ~= math.fmod(1, 0.0)) -- expect: true
print(pcall(math.fmod, 1)) -- expect: false	bad argument #2 to 'math.fmod' (number expected, got no value)
print(pcall(math.modf)) -- expect: false	bad argument #1 to 'math.modf' (number expected, got no value)
