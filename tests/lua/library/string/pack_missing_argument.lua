-- A missing value counts as nil.
print(pcall(string.pack, "i")) -- expect: false	bad argument #2 to 'string.pack' (number expected, got nil)
print(pcall(string.pack, "bz", 1)) -- expect: false	bad argument #3 to 'string.pack' (string expected, got nil)
print(pcall(math.fmod)) -- expect: false	bad argument #2 to 'math.fmod' (number expected, got no value)
