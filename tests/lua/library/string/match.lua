print(("hello 42 world"):match("%d+"), ("hello"):match("xyz")) -- expect: 42	nil
print(("key=val"):match("(%w+)=(%w+)"), ("abc"):match("()b()")) -- expect: key	2	3
print(("  trim  "):match("^%s*(.-)%s*$") .. "|", ("2024-01-15"):match("(%d+)-(%d+)-(%d+)")) -- expect: trim|	2024	01	15
print(("abc"):match("a(.*)"), ("abc"):match("(a)(x?)"), ("abc"):match("b", 2)) -- expect: bc	a	b
print(("abc"):match("b", 3), ("abc"):match("", 10), ("abc"):match("c", -1)) -- expect: nil	nil	c
print(("[[nested]]"):match("%[(%b[])%]"), ("f(a(b)c)d"):match("%b()"), ("THE (quick) fox"):find("%((%a+)%)")) -- expect: [nested]	(a(b)c)	5	11	quick
print(("aaa"):match("a-"), ("aaa"):match("a-$"), ("aaab"):match("a*b")) -- expect: 	aaa	aaab
print(("aaa"):match("^(a+)(a)$"), ("x=1, y=2"):match("y=(%d)")) -- expect: aa	2
print(pcall(string.match)) -- expect: false	bad argument #1 to 'string.match' (string expected, got no value)
print(pcall(string.match, "x")) -- expect: false	bad argument #2 to 'string.match' (string expected, got no value)
print(pcall(string.match, "x", "y", "z")) -- expect: false	bad argument #3 to 'string.match' (number expected, got string)
