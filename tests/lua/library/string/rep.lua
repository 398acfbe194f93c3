print(("ab"):rep(3), ("ab"):rep(3, ","), ("x"):rep(1, "-"), "[" .. ("x"):rep(0) .. "]", "[" .. ("x"):rep(-5) .. "]", (""):rep(10) == "") -- expect: ababab	ab,ab,ab	x	[]	[]	true
print((""):rep(3, "-"), ("x"):rep(2.0), ("x"):rep("3"), #("abc"):rep(1000, ", ")) -- expect: --	xx	xxx	4998
print(pcall(string.rep)) print(pcall(string.rep, "x")) print(pcall(string.rep, "x", "y")) print(pcall(string.rep, "x", 1e100)) print(pcall(string.rep, "x", 2, {}))
-- expect: false	bad argument #1 to 'string.rep' (string expected, got no value)
-- expect: false	bad argument #2 to 'string.rep' (number expected, got no value)
-- expect: false	bad argument #2 to 'string.rep' (number expected, got string)
-- expect: false	bad argument #2 to 'string.rep' (number has no integer representation)
-- expect: false	bad argument #3 to 'string.rep' (string expected, got table)
print(pcall(string.rep, "x", 1 << 62)) print(pcall(string.rep, "x", 1, nil))
-- expect: false	resulting string too large
-- expect: true	x
