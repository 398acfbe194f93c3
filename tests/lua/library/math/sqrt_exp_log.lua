print(math.sqrt(16), math.sqrt(2), math.sqrt(0), math.sqrt(-1) ~= math.sqrt(-1)) -- expect: 4.0	1.4142135623731	0.0	true
print(math.exp(0), math.exp(1), math.log(1), math.log(math.exp(1)), math.log(0), math.log(-1) ~= math.log(-1)) -- expect: 1.0	2.718281828459	0.0	1.0	-inf	true
print(math.log(8, 2), math.log(1000, 10), math.log(100, 10), math.log(27, 3), math.log(2, 4), math.log(1024, 2)) -- expect: 3.0	3.0	2.0	3.0	0.5	10.0
print(pcall(math.sqrt)) -- expect: false	bad argument #1 to 'math.sqrt' (number expected, got no value)
print(pcall(math.log)) -- expect: false	bad argument #1 to 'math.log' (number expected, got no value)
print(pcall(math.log, 1, "x")) -- expect: false	bad argument #2 to 'math.log' (number expected, got string)
print(pcall(math.exp, {})) -- expect: false	bad argument #1 to 'math.exp' (number expected, got table)
