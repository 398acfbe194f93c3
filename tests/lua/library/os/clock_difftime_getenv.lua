print(math.type(os.clock()), os.clock() >= 0, os.difftime(10, 5), os.difftime(5, 10), math.type(os.difftime(1, 0))) -- expect: float	true	5.0	-5.0	float
print(os.getenv("A_NAME_THAT_IS_SURELY_NOT_SET"), type(os.getenv("PATH")), pcall(os.getenv)) print(pcall(os.difftime)) print(pcall(os.difftime, 1)) print(pcall(os.difftime, "x", 1))
-- expect: nil	string	false	bad argument #1 to 'os.getenv' (string expected, got no value)
-- expect: false	bad argument #1 to 'os.difftime' (number expected, got no value)
-- expect: false	bad argument #2 to 'os.difftime' (number expected, got no value)
-- expect: false	bad argument #1 to 'os.difftime' (number expected, got string)
