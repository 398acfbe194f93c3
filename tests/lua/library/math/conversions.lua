print(math.tointeger("12"), math.tointeger(12.0), math.floor(12.9), 12.0 | 0, ("12" + 0)) -- expect: 12	12	12	12	12
print(tonumber("12.0"), math.type(tonumber("12")), math.type(tonumber("12.0"))) -- expect: 12.0	integer	float
print(math.max(1, 2.5), math.min(1, 2.5), math.abs(-1), math.abs(-1.0), math.max("a", "b") == "b") -- expect: 2.5	1	1	1.0	true
