print(tonumber("ff", 16), tonumber("FF", 16), tonumber("777", 8), tonumber("1010", 2)) -- expect: 255	255	511	10
print(tonumber("zz", 36), tonumber("Zz", 36)) -- expect: 1295	1295
print(tonumber("8", 8), tonumber("2", 2), tonumber("g", 16), tonumber("", 10)) -- expect: nil	nil	nil	nil
print(tonumber("1.0", 10), tonumber("0x1", 16)) -- expect: nil	nil
print(tonumber("  -ff  ", 16), tonumber("-1", 2), tonumber("+1", 10), tonumber("1 1", 10), tonumber("-", 10)) -- expect: -255	-1	1	nil	nil
print(tonumber("7fffffffffffffff", 16), tonumber("ffffffffffffffff", 16), tonumber("1" .. ("0"):rep(64), 2)) -- expect: 9223372036854775807	-1	0
print(pcall(tonumber, "1", 1)) -- expect: false	bad argument #2 to 'tonumber' (base out of range)
print(pcall(tonumber, "1", 37)) -- expect: false	bad argument #2 to 'tonumber' (base out of range)
print(pcall(tonumber, 1, 10)) -- expect: false	bad argument #1 to 'tonumber' (string expected, got number)
print(pcall(tonumber, nil, 10)) -- expect: false	bad argument #1 to 'tonumber' (string expected, got nil)
print(pcall(tonumber)) -- expect: false	bad argument #1 to 'tonumber' (value expected)
print(pcall(tonumber, "1", "x")) -- expect: false	bad argument #2 to 'tonumber' (number expected, got string)
print(pcall(tonumber, "1", 2.5)) -- expect: false	bad argument #2 to 'tonumber' (number has no integer representation)
