local short, long = "short", string.rep("x", 3) .. "a literal that is longer than forty bytes, so it is not interned"
print(short, #long) -- expect: short	67
print(1.5, 1e100, -0.0, 3.0) -- expect: 1.5	1e+100	-0.0	3.0
print(0x7fffffffffffffff, 0xffffffffffffffff) -- expect: 9223372036854775807	-1
print("a literal that is longer than forty bytes, so it is not interned") -- expect: a literal that is longer than forty bytes, so it is not interned
