print(tonumber("  0x1p4  "), tonumber("1e1 "), tonumber("0x.1"), tonumber("0x1.")) -- expect: 16.0	10.0	0.0625	1.0
print(tonumber("1."), tonumber("."), tonumber("e1"), tonumber("0xe1")) -- expect: 1.0	nil	nil	225
print(tonumber("10", 36), tonumber("Z", 36), tonumber("-z", 36), tonumber("9", 9), tonumber("12", 2.0)) -- expect: 36	35	-35	nil	nil
print(tonumber("1" .. ("0"):rep(30)), tonumber("0x" .. ("f"):rep(20)), tonumber("-0")) -- expect: 1e+30	-1	0
print(tonumber("-0.0"), tonumber("+0x10")) -- expect: -0.0	16
print(pcall(tonumber, {}, 10)) -- expect: false	bad argument #1 to 'tonumber' (string expected, got table)
print(tonumber("nan"), tonumber("Infinity"), tonumber("1,5")) -- expect: nil	nil	nil
