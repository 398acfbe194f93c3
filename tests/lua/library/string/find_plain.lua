local s = "hello world"
print(s:find("o"), s:find("o", 6), s:find("x"), s:find(""), s:find("", 20), s:find("", 12)) -- expect: 5	8	nil	1	nil	12	11
print(s:find("l", -2), s:find("hello", -100), s:find("o w", 1, true), s:find("world", 7), s:find("world", 8)) -- expect: 10	1	5	7	nil
print(("a.b"):find(".", 1, true), ("a.b"):find("."), ("a+b"):find("+", 1, true)) -- expect: 2	1	2	2
print(("a%b"):find("%", 1, true), ("x"):find("x", 1, nil)) -- expect: 2	1	1
print(("abc"):find("b", 2), ("abc"):find("b", 3), ("abc"):find("c", -1)) -- expect: 2	nil	3	3
print(("abc"):find("a", -1), ("aab"):find("ab"), ("aaab"):find("aab", 1, true)) -- expect: nil	2	2	4
print(pcall(string.find, "x")) -- expect: false	bad argument #2 to 'string.find' (string expected, got no value)
print(pcall(string.find)) -- expect: false	bad argument #1 to 'string.find' (string expected, got no value)
print(pcall(string.find, "x", {})) -- expect: false	bad argument #2 to 'string.find' (string expected, got table)
print(pcall(string.find, "x", "y", {})) -- expect: false	bad argument #3 to 'string.find' (number expected, got table)
