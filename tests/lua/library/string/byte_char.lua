print(("ABC"):byte(), ("ABC"):byte(2), ("ABC"):byte(-1), ("ABC"):byte(1, 3)) -- expect: 65	66	67	65	66	67
print(("ABC"):byte(10), ("ABC"):byte(0), ("").byte(""), ("ABC"):byte(3, 2), ("ABC"):byte(-10, 10)) -- expect: nil	nil	nil	nil	65	66	67
print(string.char(72, 105), string.char(), #string.char(0, 255), string.char("65")) -- expect: Hi		2	A
print(pcall(string.char, 256)) -- expect: false	bad argument #1 to 'string.char' (value out of range)
print(pcall(string.char, -1)) -- expect: false	bad argument #1 to 'string.char' (value out of range)
print(pcall(string.byte)) -- expect: false	bad argument #1 to 'string.byte' (string expected, got no value)
print(pcall(string.byte, "x", "y")) -- expect: false	bad argument #2 to 'string.byte' (number expected, got string)
print(pcall(string.byte, "x", 1.5)) -- expect: false	bad argument #2 to 'string.byte' (number has no integer representation)
print(select("#", ("x"):rep(100):byte(1, -1))) -- expect: 100
