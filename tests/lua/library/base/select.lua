print(select("#", 1, nil, nil), select(2, "a", "b", "c")) -- expect: 3	b	c
print(select(-1, "a", "b", "c")) -- expect: c
print(select(3, "a")) -- expect:
print(pcall(select, 0, 1)) -- expect: false	bad argument #1 to 'select' (index out of range)
print(pcall(select, -5, 1)) -- expect: false	bad argument #1 to 'select' (index out of range)
