print(math.tointeger(3.0), math.tointeger(3.5), math.tointeger(7), math.tointeger("8")) -- expect: 3	nil	7	8
print(math.tointeger("x"), math.tointeger({}), math.tointeger(2^63)) -- expect: nil	nil	nil
print(math.tointeger(-2^63), math.tointeger(0 / 0), math.tointeger(math.huge)) -- expect: -9223372036854775808	nil	nil
print(math.tointeger("3.0"), math.tointeger("0x10"), math.tointeger(nil), math.tointeger(-0.0)) -- expect: 3	16	nil	0
print(pcall(math.tointeger)) -- expect: false	bad argument #1 to 'math.tointeger' (value expected)
