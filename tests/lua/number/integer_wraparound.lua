local max, min = math.maxinteger, math.mininteger
print(max + 1 == min, min - 1 == max, max * 2, min * 2, -min == min) -- expect: true	true	-2	0	true
print(max * max, min * min, min // -1, min % -1) -- expect: 1	0	-9223372036854775808	0
print(math.abs(min), min == -9223372036854775808) -- expect: -9223372036854775808	true
