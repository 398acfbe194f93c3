print(package.searchpath("a.b", "/nonexistent/?.lua;/other/?.x"))
-- expect: nil	no file '/nonexistent/a/b.lua'
-- expect: 	no file '/other/a/b.x'
print(package.searchpath("a.b", "/nonexistent/?.lua", ".", "-")) -- expect: nil	no file '/nonexistent/a-b.lua'
print(package.searchpath("a-b", "?", "-", "+")) -- expect: nil	no file 'a+b'
print(pcall(package.searchpath, "x")) -- expect: false	bad argument #2 to 'package.searchpath' (string expected, got no value)
