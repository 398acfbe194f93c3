print(pcall(string.rep, "x", 1 << 62)) -- expect: false	resulting string too large
print(pcall(string.rep, "abc", math.maxinteger)) -- expect: false	resulting string too large
print(pcall(string.rep, "x", 1 << 40, ("y"):rep(100))) -- expect: false	resulting string too large
print(#string.rep("x", -1), #string.rep("x", 0), #string.rep("", 1000)) -- expect: 0	0	0
