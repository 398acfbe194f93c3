local s = "hello world"
print(s:sub(1, 5), s:sub(7), s:sub(-5), s:sub(-5, -3), s:sub(3, 3), s:sub(0), s:sub(5, 100)) -- expect: hello	world	world	wor	l	hello world	o world
print("[" .. s:sub(20) .. "]", "[" .. s:sub(5, 2) .. "]", "[" .. s:sub(-100, 2) .. "]") -- expect: []	[]	[he]
print("[" .. s:sub(-3, -5) .. "]") -- expect: []
print(s:sub(math.mininteger, math.maxinteger), s:sub(2.0, 4), s:sub("2", "3")) -- expect: hello world	ell	el
print(pcall(string.sub)) -- expect: false	bad argument #1 to 'string.sub' (string expected, got no value)
print(pcall(string.sub, "x")) -- expect: false	bad argument #2 to 'string.sub' (number expected, got no value)
print(pcall(string.sub, "x", {})) -- expect: false	bad argument #2 to 'string.sub' (number expected, got table)
print(pcall(string.sub, "x", 1, "y")) -- expect: false	bad argument #3 to 'string.sub' (number expected, got string)
print(pcall(string.sub, "x", 1.5)) -- expect: false	bad argument #2 to 'string.sub' (number has no integer representation)
