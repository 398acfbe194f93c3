print(math.abs(-5), math.abs(5), math.abs(-5.5), math.abs(-0.0), math.abs(math.mininteger), math.abs("-3")) -- expect: 5	5	5.5	0.0	-9223372036854775808	3.0
print(math.max(1, 2, 3), math.max(3, 2.5), math.max(-1), math.max(1, 1.0)) -- expect: 3	3	-1	1
print(math.max(1.0, 1), math.max(2, math.huge)) -- expect: 1.0	inf
print(math.min(1, 2, 3), math.min(3, 2.5), math.min(-1), math.min(1, 1.0)) -- expect: 1	2.5	-1	1
print(math.min(1.0, 1), math.min(-math.huge, 0)) -- expect: 1.0	-inf
print(pcall(math.max)) -- expect: false	bad argument #1 to 'math.max' (value expected)
print(pcall(math.min)) -- expect: false	bad argument #1 to 'math.min' (value expected)
print(pcall(math.max, 1, "x")) -- expect: false	attempt to compare number with string
print(pcall(math.abs)) -- expect: false	bad argument #1 to 'math.abs' (number expected, got no value)
