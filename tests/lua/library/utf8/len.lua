print(utf8.len("héllo"), utf8.len(""), utf8.len("abc", 2), utf8.len("abc", 4)) -- expect: 5	0	2	0
print(utf8.len("aé€😀"), utf8.len("aé", -2), utf8.len("abc", 1, 2), utf8.len("abc", 3, 2)) -- expect: 4	1	2	0
print(utf8.len("é", 1, 1)) -- expect: 1
print(utf8.len("\xff")) -- expect: nil	1
print(utf8.len("ab\x80")) -- expect: nil	3
print(utf8.len("\xc3")) -- expect: nil	1
print(utf8.len("\xe2\x82")) -- expect: nil	1
print(utf8.len("é", 2)) -- expect: nil	2
print(utf8.len("\u{d800}")) -- expect: nil	1
print(utf8.len("\u{d800}", 1, -1, true)) -- expect: 1
print(utf8.len("\xf4\x90\x80\x80")) -- expect: nil	1
print(utf8.len("\xf4\x90\x80\x80", 1, -1, true)) -- expect: 1
print(utf8.len("\xc0\x80")) -- expect: nil	1
print(pcall(utf8.len, "abc", 5)) -- expect: false	bad argument #2 to 'utf8.len' (initial position out of bounds)
print(pcall(utf8.len, "abc", 1, 4)) -- expect: false	bad argument #3 to 'utf8.len' (final position out of bounds)
print(pcall(utf8.len, "abc", -4)) -- expect: false	bad argument #2 to 'utf8.len' (initial position out of bounds)
print(pcall(utf8.len)) -- expect: false	bad argument #1 to 'utf8.len' (string expected, got no value)
print(pcall(utf8.len, "abc", "x")) -- expect: false	bad argument #2 to 'utf8.len' (number expected, got string)
