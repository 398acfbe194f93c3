print(tonumber("10"), tonumber("  10  "), tonumber("1e1"), tonumber(".5")) -- expect: 10	10	10.0	0.5
print(tonumber("5."), tonumber("-7"), tonumber("- 7"), tonumber("+7")) -- expect: 5.0	-7	nil	7
print(tonumber("0x1F"), tonumber("-0x10"), tonumber("0x"), tonumber("1x"), tonumber("")) -- expect: 31	-16	nil	nil	nil
print(tonumber(" "), tonumber("1 2"), tonumber("1e")) -- expect: nil	nil	nil
print(tonumber("inf"), tonumber("nan"), tonumber("0x1p-2"), tonumber("1_0")) -- expect: nil	nil	0.25	nil
print(tonumber("1e400"), tonumber("\t1\n")) -- expect: inf	1
print(tonumber("9223372036854775807"), tonumber("9223372036854775808")) -- expect: 9223372036854775807	9.2233720368548e+18
print(tonumber("-9223372036854775808"), tonumber("-9223372036854775809")) -- expect: -9223372036854775808	-9.2233720368548e+18
print(tonumber(12), tonumber(1.5), tonumber(nil), tonumber({}), tonumber(true), tonumber(print)) -- expect: 12	1.5	nil	nil	nil	nil
print(tonumber("1\0"), tonumber("0x8000000000000000"), tonumber("1e+"), tonumber("--1"), tonumber("0b1"))
-- expect: nil	-9223372036854775808	nil	nil	nil
