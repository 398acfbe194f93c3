print(string.format("%s %s %s %s", "text", 12, 1.5, nil)) -- expect: text 12 1.5 nil
print(string.format("%s|%s", true, {} ~= nil), string.format("%%")) -- expect: true|true	%
print(string.format("|%5s|%-5s|%.2s|%5.1s|%-5.3s|", "ab", "ab", "abcdef", "xyz", "abcdef")) -- expect: |   ab|ab   |ab|    x|abc  |
print(string.format("%c%c%c", 76, 117, 97), #string.format("%c", 0), string.format("|%3c|%-3c|", 65, 66)) -- expect: Lua	1	|  A|B  |
print(string.format("%s", setmetatable({}, { __tostring = function() return "custom" end }))) -- expect: custom
print(string.format("|%10s|", setmetatable({}, { __tostring = function() return "padded" end }))) -- expect: |    padded|
print(#string.format("%s", ("x"):rep(1000)), string.format("%.20s", ("long"):rep(100))) -- expect: 1000	longlonglonglonglong
print(string.format("%s", "a\0b") == "a\0b", pcall(string.format, "%5s", "a\0b")) -- expect: true	false	bad argument #2 to 'string.format' (string contains zeros)
print(string.format(""), string.format("no directives", 1, 2), string.format("%s%s", 1, 2, 3)) -- expect: 	no directives	12
