print(utf8.codepoint("héllo", 1, -1)) -- expect: 104	233	108	108	111
print(utf8.codepoint("é")) -- expect: 233
print(utf8.codepoint("aé", 2)) -- expect: 233
print(utf8.codepoint("€", 1, 1)) -- expect: 8364
print(utf8.codepoint("", 1, 0)) -- expect:
print(utf8.codepoint("abc", -1)) -- expect: 99
print(utf8.codepoint("\u{7fffffff}", 1, 1, true)) -- expect: 2147483647
print(pcall(utf8.codepoint, "é", 2)) -- expect: false	invalid UTF-8 code
print(pcall(utf8.codepoint, "abc", 4)) -- expect: false	bad argument #3 to 'utf8.codepoint' (out of bounds)
print(pcall(utf8.codepoint, "abc", 0)) -- expect: false	bad argument #2 to 'utf8.codepoint' (out of bounds)
print(pcall(utf8.codepoint, "\xff")) -- expect: false	invalid UTF-8 code
print(pcall(utf8.codepoint, "\xc3")) -- expect: false	invalid UTF-8 code
print(pcall(utf8.codepoint, "\u{d800}", 1)) -- expect: false	invalid UTF-8 code
print(utf8.codepoint("\u{d800}", 1, 1, true)) -- expect: 55296
print(pcall(utf8.codepoint)) -- expect: false	bad argument #1 to 'utf8.codepoint' (string expected, got no value)
print(pcall(utf8.codepoint, "abc", 1, 10)) -- expect: false	bad argument #3 to 'utf8.codepoint' (out of bounds)
print(pcall(utf8.codepoint, "\u{110000}")) -- expect: false	invalid UTF-8 code
print(pcall(utf8.codepoint, "\xc0\x80")) -- expect: false	invalid UTF-8 code
