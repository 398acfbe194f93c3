print(math.floor(3.7), math.floor(-3.7), math.floor(5), math.floor(-0.0), math.ceil(3.2)) -- expect: 3	-4	5	0	4
print(math.ceil(-3.2), math.ceil(5), math.ceil(-0.5)) -- expect: -3	5	0
print(math.floor(1e100), math.ceil(-1e100), math.floor(2^53), math.floor(math.huge), math.ceil(-math.huge)) -- expect: 1e+100	-1e+100	9007199254740992	inf	-inf
print(math.floor("3.5"), math.ceil("7"), math.type(math.floor(3.0)), math.type(math.floor(1e300))) -- expect: 3	7	integer	float
print(pcall(math.floor)) -- expect: false	bad argument #1 to 'math.floor' (number expected, got no value)
print(pcall(math.ceil, "x")) -- expect: false	bad argument #1 to 'math.ceil' (number expected, got string)
