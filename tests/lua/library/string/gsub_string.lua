print(("hello world"):gsub("o", "0"), ("hello"):gsub("l", "L", 1)) -- expect: hell0 w0rld	heLlo	1
print(("hello"):gsub("", "-"), ("hello"):gsub("x", "y"), ("abc"):gsub("%w", "%0%0")) -- expect: -h-e-l-l-o-	hello	aabbcc	3
print(("hello world"):gsub("(%w+) (%w+)", "%2 %1"), ("abc"):gsub("b", "%%")) -- expect: world hello	a%c	1
print(("a b"):gsub("%s", "%%20"), ("abc"):gsub(".", "<%0>", 2)) -- expect: a%20b	<a><b>c	2
print(("abc"):gsub("(b)", "[%1]")) -- expect: a[b]c	1
print(("abc"):gsub("b", 5), ("abc"):gsub("b", 1.5), ("x"):gsub("x", "%0%0%0")) -- expect: a5c	a1.5c	xxx	1
print(("abc"):gsub("b", "", 0), ("abc"):gsub(".", "x", -1), ("abc"):gsub("$", "!")) -- expect: abc	abc	abc!	1
