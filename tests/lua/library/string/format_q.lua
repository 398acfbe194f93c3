print(string.format("%q", 'he said "hi"\n\\ \0 \r \t end'))
-- expect: "he said \"hi\"\
-- expect: \\ \0 \13 \9 end"
print(string.format("%q %q %q %q %q", 1, 1.5, true, nil, math.mininteger)) -- expect: 1 0x1.8p+0 true nil 0x8000000000000000
print(string.format("%q %q %q", math.huge, -math.huge, 0.1), string.format("%q", 0 / 0)) -- expect: 1e9999 -1e9999 0x1.999999999999ap-4	(0/0)
print(string.format("%q", "\1\0012\127")) -- expect: "\1\0012\127"
print(load("return " .. string.format("%q", "a\nb\0c\"\\"))() == "a\nb\0c\"\\") -- expect: true
print(load("return " .. string.format("%q", 0.1))() == 0.1) -- expect: true
print(pcall(string.format, "%q", {})) -- expect: false	bad argument #2 to 'string.format' (value has no literal form)
print(pcall(string.format, "%q", print)) -- expect: false	bad argument #2 to 'string.format' (value has no literal form)
print(pcall(string.format, "%10q", "x")) -- expect: false	specifier '%q' cannot have modifiers
print(pcall(string.format, "%q")) -- expect: false	bad argument #2 to 'string.format' (no value)
