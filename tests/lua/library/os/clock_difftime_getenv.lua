print(math.type(os.clock()), os.clock() >= 0, os.difftime(10, 5), os.difftime(5, 10)) -- expect: float	true	5.0	-5.0
print(math.type(os.difftime(1, 0))) -- expect: float
print(os.getenv("A_NAME_THAT_IS_SURELY_NOT_SET"), type(os.getenv("PATH")), pcall(os.getenv)) -- expect: nil	string	false	bad argument #1 to 'os.getenv' (string expected, got no value)
print(pcall(os.difftime)) -- expect: false	bad argument #1 to 'os.difftime' (number expected, got no value)
print(pcall(os.difftime, 1)) -- expect: false	bad argument #2 to 'os.difftime' (number expected, got no value)
print(pcall(os.difftime, "x", 1)) -- expect: false	bad argument #1 to 'os.difftime' (number expected, got string)
