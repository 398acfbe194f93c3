print(utf8.offset("aé€x", 1), utf8.offset("aé€x", 2), utf8.offset("aé€x", 3)) -- expect: 1	2	4
print(utf8.offset("aé€x", 4), utf8.offset("aé€x", 5), utf8.offset("aé€x", 6)) -- expect: 7	8	nil
print(utf8.offset("aé€x", -1), utf8.offset("aé€x", -2), utf8.offset("aé€x", -5)) -- expect: 7	4	nil
print(utf8.offset("aé", 0, 3), utf8.offset("aé", 0, 2), utf8.offset("aé€x", 2, 2)) -- expect: 2	2	4
print(utf8.offset("aé€x", -1, 4), utf8.offset("abc", 0), utf8.offset("", 1)) -- expect: 2	1	1
print(utf8.offset("", 0), utf8.offset("abc", 1, 4)) -- expect: 1	4
print(pcall(utf8.offset, "é", 1, 2)) -- expect: false	initial position is a continuation byte
print(pcall(utf8.offset, "abc", 1, 5)) -- expect: false	bad argument #3 to 'utf8.offset' (position out of bounds)
print(pcall(utf8.offset, "abc", 1, -4)) -- expect: false	bad argument #3 to 'utf8.offset' (position out of bounds)
print(pcall(utf8.offset, "abc")) -- expect: false	bad argument #2 to 'utf8.offset' (number expected, got no value)
print(pcall(utf8.offset)) -- expect: false	bad argument #1 to 'utf8.offset' (string expected, got no value)
