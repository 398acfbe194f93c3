local s = "hello world"
print(s:sub(1, 5), s:sub(7), s:sub(-5), s:sub(-5, -3), s:sub(3, 3), s:sub(0), s:sub(5, 100)) -- expect: hello	world	world	wor	l	hello world	o world
print("[" .. s:sub(20) .. "]", "[" .. s:sub(5, 2) .. "]", "[" .. s:sub(-100, 2) .. "]", "[" .. s:sub(-3, -5) .. "]") -- expect: []	[]	[he]	[]
print(s:sub(math.mininteger, math.maxinteger), s:sub(2.0, 4), s:sub("2", "3")) -- expect: hello world	ell	el
print(pcall(string.sub)) print(pcall(string.sub, "x")) print(pcall(string.sub, "x", {})) print(pcall(string.sub, "x", 1, "y")) print(pcall(string.sub, "x", 1.5))
-- expect: false	bad argument #1 to 'string.sub' (string expected, got no value)
-- expect: false	bad argument #2 to 'string.sub' (number expected, got no value)
-- expect: false	bad argument #2 to 'string.sub' (number expected, got table)
-- expect: false	bad argument #3 to 'string.sub' (number expected, got string)
-- expect: false	bad argument #2 to 'string.sub' (number has no integer representation)
