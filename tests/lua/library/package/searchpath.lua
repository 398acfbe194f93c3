print(package.searchpath("a.b", "/nonexistent/?.lua;/other/?.x"))
-- expect: nil	no file '/nonexistent/a/b.lua'
-- expect: 	no file '/other/a/b.x'
print(package.searchpath("a.b", "/nonexistent/?.lua", ".", "-")) print(package.searchpath("a-b", "?", "-", "+")) print(package.searchpath("x", "")) print(pcall(package.searchpath, "x")) print(pcall(package.searchpath))
-- expect: nil	no file '/nonexistent/a-b.lua'
-- expect: nil	no file 'a+b'
-- expect: nil	no file ''
-- expect: false	bad argument #2 to 'package.searchpath' (string expected, got no value)
-- expect: false	bad argument #2 to 'package.searchpath' (string expected, got no value)
