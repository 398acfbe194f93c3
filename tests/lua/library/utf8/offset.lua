print(utf8.offset("aé€x", 1), utf8.offset("aé€x", 2), utf8.offset("aé€x", 3), utf8.offset("aé€x", 4), utf8.offset("aé€x", 5), utf8.offset("aé€x", 6), utf8.offset("aé€x", -1), utf8.offset("aé€x", -2), utf8.offset("aé€x", -5)) -- expect: 1	2	4	7	8	nil	7	4	nil
print(utf8.offset("aé", 0, 3), utf8.offset("aé", 0, 2), utf8.offset("aé€x", 2, 2), utf8.offset("aé€x", -1, 4), utf8.offset("abc", 0), utf8.offset("", 1), utf8.offset("", 0), utf8.offset("abc", 1, 4)) -- expect: 2	2	4	2	1	1	1	4
print(pcall(utf8.offset, "é", 1, 2)) print(pcall(utf8.offset, "abc", 1, 5)) print(pcall(utf8.offset, "abc", 1, -4)) print(pcall(utf8.offset, "abc")) print(pcall(utf8.offset))
-- expect: false	initial position is a continuation byte
-- expect: false	bad argument #3 to 'utf8.offset' (position out of bounds)
-- expect: false	bad argument #3 to 'utf8.offset' (position out of bounds)
-- expect: false	bad argument #2 to 'utf8.offset' (number expected, got no value)
-- expect: false	bad argument #1 to 'utf8.offset' (string expected, got no value)
