-- The name is inserted before the path is split, and texts end at a zero.
print(package.searchpath("a;b", "/n/?.lua"))
-- expect: nil	no file '/n/a'
-- expect: 	no file 'b.lua'
print(package.searchpath("x", "")) -- expect: nil	no file ''
print(package.searchpath("x", ";"))
-- expect: nil	no file ''
-- expect: 	no file ''
print(package.searchpath("x", "/n/?;;/m/?;"))
-- expect: nil	no file '/n/x'
-- expect: 	no file ''
-- expect: 	no file '/m/x'
-- expect: 	no file ''
print(package.searchpath("a\0b", "/n/?\0?")) -- expect: nil	no file '/n/a'
print(package.searchpath("--a---b-", "/n/?", "--", "+")) -- expect: nil	no file '/n/+a+-b-'
print(package.searchpath("a.b", "/n/?", "", "+")) -- expect: nil	no file '/n/a.b'
print(package.searchpath("a.b", "/n/?", ".", "")) -- expect: nil	no file '/n/ab'
print(package.searchpath("?.b", "/n/?/?", ".", "?")) -- expect: nil	no file '/n/??b/??b'
print(package.searchpath(1, 2)) -- expect: nil	no file '2'
local _, message = package.searchpath(("n"):rep(1000), ("?"):rep(1000) .. (";/?"):rep(100))
print(#message, select(2, message:gsub("\n\tno file '/n", ""))) -- expect: 1101310	100
-- An existing file is found, even if it cannot be loaded.
print(package.searchpath("", "/?")) -- expect: /
print(pcall(package.searchpath)) -- expect: false	bad argument #2 to 'package.searchpath' (string expected, got no value)
print(pcall(package.searchpath, {}, "x", {})) -- expect: false	bad argument #3 to 'package.searchpath' (string expected, got table)
