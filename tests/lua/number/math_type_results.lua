-- Which operations give integers and which floats.
print(math.type(1 + 1), math.type(1 + 1.0), math.type(2 * 2), math.type(4 / 2), math.type(2 ^ 2)) -- expect: integer	float	integer	float	float
print(math.type(7 // 2), math.type(7.0 // 2), math.type(7 % 2), math.type(7 % 2.0)) -- expect: integer	float	integer	float
print(math.type(-3), math.type(-3.0)) -- expect: integer	float
print(math.type("10" + 0), math.type("10" + 0.0), math.type("1e1" + 0), math.type(1 | 0), math.type(3.0 | 0)) -- expect: integer	float	float	integer	integer
print(math.type(#"abc"), math.type(math.floor(2.5)), math.type(1e15), math.type(2^31 | 0)) -- expect: integer	integer	float	integer
