print(("ab"):rep(3), ("ab"):rep(3, ","), ("x"):rep(1, "-"), "[" .. ("x"):rep(0) .. "]") -- expect: ababab	ab,ab,ab	x	[]
print("[" .. ("x"):rep(-5) .. "]", (""):rep(10) == "") -- expect: []	true
print((""):rep(3, "-"), ("x"):rep(2.0), ("x"):rep("3"), #("abc"):rep(1000, ", ")) -- expect: --	xx	xxx	4998
print(pcall(string.rep)) -- expect: false	bad argument #1 to 'string.rep' (string expected, got no value)
print(pcall(string.rep, "x")) -- expect: false	bad argument #2 to 'string.rep' (number expected, got no value)
print(pcall(string.rep, "x", "y")) -- expect: false	bad argument #2 to 'string.rep' (number expected, got string)
print(pcall(string.rep, "x", 1e100)) -- expect: false	bad argument #2 to 'string.rep' (number has no integer representation)
print(pcall(string.rep, "x", 2, {})) -- expect: false	bad argument #3 to 'string.rep' (string expected, got table)
print(pcall(string.rep, "x", 1 << 62)) -- expect: false	resulting string too large
print(pcall(string.rep, "x", 1, nil)) -- expect: true	x
