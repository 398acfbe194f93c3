print(select("#")) -- expect: 0
print(select("#", nil, nil)) -- expect: 2
print(select(1, "a", "b")) -- expect: a	b
print(select(2, "a", "b")) -- expect: b
print(select(3, "a", "b")) -- expect:
print(select(-1, "a", "b")) -- expect: b
print(select(-2, "a", "b")) -- expect: a	b
print((select(1, "a", "b"))) -- expect: a
print(select(2.0, "a", "b"), select("2", "a", "b")) -- expect: b	b
print(pcall(select, 0)) -- expect: false	bad argument #1 to 'select' (index out of range)
print(pcall(select, -1)) -- expect: false	bad argument #1 to 'select' (index out of range)
print(pcall(select, -3, 1, 2)) -- expect: false	bad argument #1 to 'select' (index out of range)
print(pcall(select, "x")) -- expect: false	bad argument #1 to 'select' (number expected, got string)
print(pcall(select)) -- expect: false	bad argument #1 to 'select' (number expected, got no value)
print(pcall(select, {})) -- expect: false	bad argument #1 to 'select' (number expected, got table)
