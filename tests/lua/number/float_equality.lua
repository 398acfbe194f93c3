print(1 == 1.0, 0 == -0.0, 1 / 0 == 1 / -0.0, -0.0 == 0.0) -- expect: true	true	false	true
print(math.type(1), math.type(1.0), math.type("1"), 2^53 == 2^53 + 1) -- expect: integer	float	nil	true
print(0.1 + 0.2 == 0.3, 0.5 + 0.25 == 0.75) -- expect: false	true
print(math.maxinteger + 0.0 == math.maxinteger, math.maxinteger + 0.0 == 2^63) -- expect: false	true
