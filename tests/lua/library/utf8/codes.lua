for p, c in utf8.codes("aé€😀") do print(p, c) end
-- expect: 1	97
-- expect: 2	233
-- expect: 4	8364
-- expect: 7	128512
for p, c in utf8.codes("") do print("never") end
for p, c in utf8.codes("\u{d800}x", true) do print(p, c) end
-- expect: 1	55296
-- expect: 4	120
print(pcall(function() for _ in utf8.codes("a\xffb") do end end)) -- expect: false	codes.lua:10: invalid UTF-8 code
print(pcall(function() for _ in utf8.codes("\xc3") do end end)) -- expect: false	codes.lua:11: invalid UTF-8 code
print(pcall(function() for _ in utf8.codes("\u{d800}") do end end)) -- expect: false	codes.lua:12: invalid UTF-8 code
print(pcall(utf8.codes)) -- expect: false	bad argument #1 to 'utf8.codes' (string expected, got no value)
print(pcall(function() for _ in utf8.codes("a\x80") do end end)) -- expect: false	codes.lua:14: invalid UTF-8 code
print(pcall(function() for _ in utf8.codes("\x80") do end end)) -- expect: false	codes.lua:15: bad argument #1 to 'codes' (invalid UTF-8 code)
