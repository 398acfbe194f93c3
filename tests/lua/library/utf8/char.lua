print(utf8.char(72, 228, 8364, 128512), utf8.char(), #utf8.char(0), #utf8.char(0x7ff)) -- expect: Hä€😀		1	2
print(#utf8.char(0xffff), #utf8.char(0x10ffff), #utf8.char(0x7fffffff)) -- expect: 3	4	6
print(pcall(utf8.char, -1)) -- expect: false	bad argument #1 to 'utf8.char' (value out of range)
print(pcall(utf8.char, 0x80000000)) -- expect: false	bad argument #1 to 'utf8.char' (value out of range)
print(pcall(utf8.char, "x")) -- expect: false	bad argument #1 to 'utf8.char' (number expected, got string)
print(pcall(utf8.char, 1.5)) -- expect: false	bad argument #1 to 'utf8.char' (number has no integer representation)
print(utf8.char("65")) -- expect: A
