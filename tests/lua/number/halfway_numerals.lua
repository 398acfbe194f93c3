-- Numerals with more digits than a float has, at and near the middle between two floats: ties go to even.
print(string.format("%.17g", "9007199254740993.00000")) -- expect: 9007199254740992
print(string.format("%.17g", "9007199254740993.00001")) -- expect: 9007199254740994
print(string.format("%.17g", "9007199254740995.0000000000000")) -- expect: 9007199254740996
print(string.format("%.17g", "9007199254740994.99999999999999999999")) -- expect: 9007199254740994
print(string.format("%.17g", "1.00000000000000011102230246251565404236316680908203125")) -- expect: 1
print(string.format("%.17g", "1.00000000000000011102230246251565404236316680908203126")) -- expect: 1.0000000000000002
print(string.format("%.17g", "2.470328229206232720882e-324")) -- expect: 0
print(string.format("%.17g", "2.470328229206232720883e-324")) -- expect: 4.9406564584124654e-324
print(string.format("%.17g", "2.2250738585072011360574e-308")) -- expect: 2.2250738585072009e-308
print(string.format("%.17g", "179769313486231580793728971405301e276")) -- expect: 1.7976931348623157e+308
print(string.format("%.17g", "179769313486231580793728971405304e276")) -- expect: inf
print("1.7e308" % 3.3e-300 < 3.3e-300, 5.5 % 5e-324, math.fmod(-1e308, 3)) -- expect: true	0.0	-2.0
print(string.format("%.20f", 0.1), string.format("%.30g", 0.1)) -- expect: 0.10000000000000000555	0.100000000000000005551115123126
print(string.format("%.0f %.0f %.0f %.1f", 0.5, 1.5, 2.5, 0.25)) -- expect: 0 2 2 0.2
print(string.format("%.25e", 5e-324)) -- expect: 4.9406564584124654417656879e-324
print(#string.format("%.99f", -1.7976931348623157e308)) -- expect: 410
