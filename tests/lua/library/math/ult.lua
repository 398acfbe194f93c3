print(math.ult(1, 2), math.ult(2, 1), math.ult(1, -1), math.ult(-1, 1), math.ult(-2, -1)) -- expect: true	false	true	false	true
print(math.ult(0, 0), math.ult(math.maxinteger, math.mininteger)) -- expect: false	true
print(math.ult(1.0, 2), pcall(math.ult, 1.5, 2)) -- expect: true	false	bad argument #1 to 'math.ult' (number has no integer representation)
print(pcall(math.ult, 1)) -- expect: false	bad argument #2 to 'math.ult' (number expected, got no value)
print(pcall(math.ult, "x", 1)) -- expect: false	bad argument #1 to 'math.ult' (number expected, got string)
