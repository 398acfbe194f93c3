print(math.pi, math.huge, -math.huge, math.maxinteger, math.mininteger) -- expect: 3.1415926535898	inf	-inf	9223372036854775807	-9223372036854775808
print(math.maxinteger + 1 == math.mininteger, math.pi == 3.141592653589793) -- expect: true	true
