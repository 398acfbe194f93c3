print(utf8.len("héllo"), utf8.len(""), utf8.len("abc", 2), utf8.len("abc", 4), utf8.len("aé€😀"), utf8.len("aé", -2), utf8.len("abc", 1, 2), utf8.len("abc", 3, 2), utf8.len("é", 1, 1)) -- expect: 5	0	2	0	4	1	2	0	1
print(utf8.len("\xff")) print(utf8.len("ab\x80")) print(utf8.len("\xc3")) print(utf8.len("\xe2\x82")) print(utf8.len("é", 2)) print(utf8.len("\u{d800}")) print(utf8.len("\u{d800}", 1, -1, true)) print(utf8.len("\xf4\x90\x80\x80")) print(utf8.len("\xf4\x90\x80\x80", 1, -1, true)) print(utf8.len("\xc0\x80"))
-- expect: nil	1
-- expect: nil	3
-- expect: nil	1
-- expect: nil	1
-- expect: nil	2
-- expect: nil	1
-- expect: 1
-- expect: nil	1
-- expect: 1
-- expect: nil	1
print(pcall(utf8.len, "abc", 5)) print(pcall(utf8.len, "abc", 1, 4)) print(pcall(utf8.len, "abc", -4)) print(pcall(utf8.len)) print(pcall(utf8.len, "abc", "x"))
-- expect: false	bad argument #2 to 'utf8.len' (initial position out of bounds)
-- expect: false	bad argument #3 to 'utf8.len' (final position out of bounds)
-- expect: false	bad argument #2 to 'utf8.len' (initial position out of bounds)
-- expect: false	bad argument #1 to 'utf8.len' (string expected, got no value)
-- expect: false	bad argument #2 to 'utf8.len' (number expected, got string)
