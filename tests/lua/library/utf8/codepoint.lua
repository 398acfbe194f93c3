print(utf8.codepoint("héllo", 1, -1)) print(utf8.codepoint("é")) print(utf8.codepoint("aé", 2)) print(utf8.codepoint("€", 1, 1)) print(utf8.codepoint("", 1, 0)) print(utf8.codepoint("abc", -1)) print(utf8.codepoint("\u{7fffffff}", 1, 1, true))
-- expect: 104	233	108	108	111
-- expect: 233
-- expect: 233
-- expect: 8364
-- expect:
-- expect: 99
-- expect: 2147483647
print(pcall(utf8.codepoint, "é", 2)) print(pcall(utf8.codepoint, "abc", 4)) print(pcall(utf8.codepoint, "abc", 0)) print(pcall(utf8.codepoint, "\xff")) print(pcall(utf8.codepoint, "\xc3")) print(pcall(utf8.codepoint, "\u{d800}", 1)) print(utf8.codepoint("\u{d800}", 1, 1, true)) print(pcall(utf8.codepoint)) print(pcall(utf8.codepoint, "abc", 1, 10)) print(pcall(utf8.codepoint, "\u{110000}")) print(pcall(utf8.codepoint, "\xc0\x80"))
-- expect: false	invalid UTF-8 code
-- expect: false	bad argument #3 to 'utf8.codepoint' (out of bounds)
-- expect: false	bad argument #2 to 'utf8.codepoint' (out of bounds)
-- expect: false	invalid UTF-8 code
-- expect: false	invalid UTF-8 code
-- expect: false	invalid UTF-8 code
-- expect: 55296
-- expect: false	bad argument #1 to 'utf8.codepoint' (string expected, got no value)
-- expect: false	bad argument #3 to 'utf8.codepoint' (out of bounds)
-- expect: false	invalid UTF-8 code
-- expect: false	invalid UTF-8 code
