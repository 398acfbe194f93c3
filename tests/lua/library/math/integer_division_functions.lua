print(math.floor(-7 / 2), -7 // 2, math.ceil(-7 / 2), math.fmod(-7, 2), -7 % 2, math.modf(-7 / 2)) -- expect: -4	-4	-3	-1	1	-3	-0.5
print(7 // 0.5, -7 // 0.5, 7 % 0.5, 1e308 // 1e-308, 5 % -3, -5 % 3, 5.5 % -2) -- expect: 14.0	-14.0	0.0	inf	-1	1	-0.5
