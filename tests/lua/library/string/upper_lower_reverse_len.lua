print(("Hello World 123"):upper(), ("Hello World 123"):lower(), ("abc"):reverse()) -- expect: HELLO WORLD 123	hello world 123	cba
print((""):reverse() == "", ("a"):reverse()) -- expect: true	a
print(("\xe9"):upper() == "\xe9", #("héllo"):upper(), ("ABC"):len(), (""):len(), string.len("a\0b")) -- expect: true	6	3	0	3
print(string.upper(12), string.lower("X"), string.reverse(123), string.len(1.5)) -- expect: 12	x	321	3
print(pcall(string.upper)) -- expect: false	bad argument #1 to 'string.upper' (string expected, got no value)
print(pcall(string.lower, nil)) -- expect: false	bad argument #1 to 'string.lower' (string expected, got nil)
print(pcall(string.reverse, {})) -- expect: false	bad argument #1 to 'string.reverse' (string expected, got table)
print(pcall(string.len, print)) -- expect: false	bad argument #1 to 'string.len' (string expected, got function)
