print(pcall(load)) -- expect: false	bad argument #1 to 'load' (function expected, got no value)
print(pcall(load, {})) -- expect: false	bad argument #1 to 'load' (function expected, got table)
print(pcall(load, nil)) -- expect: false	bad argument #1 to 'load' (function expected, got nil)
print(pcall(load, "x", {}) ) -- expect: false	bad argument #2 to 'load' (string expected, got table)
print(pcall(load, "return 1", "=c", 5)) -- expect: true	nil	attempt to load a text chunk (mode is '5')
print(load(5)) -- expect: nil	[string "5"]:1: unexpected symbol near '5'
