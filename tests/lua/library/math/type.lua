print(math.type(1), math.type(1.0), math.type("1"), math.type(nil), math.type({})) -- expect: integer	float	nil	nil	nil
print(math.type(1e15), math.type(0x10), math.type(2^31)) -- expect: float	integer	float
print(pcall(math.type)) -- expect: false	bad argument #1 to 'math.type' (value expected)
