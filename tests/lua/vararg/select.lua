print(select("#")) print(select("#", nil, nil)) print(select(1, "a", "b")) print(select(2, "a", "b")) print(select(3, "a", "b"))
-- expect: 0
-- expect: 2
-- expect: a	b
-- expect: b
-- expect:
print(select(-1, "a", "b")) print(select(-2, "a", "b")) print((select(1, "a", "b")))
-- expect: b
-- expect: a	b
-- expect: a
print(select(2.0, "a", "b"), select("2", "a", "b")) -- expect: b	b
print(pcall(select, 0)) print(pcall(select, -1)) print(pcall(select, -3, 1, 2)) print(pcall(select, "x")) print(pcall(select)) print(pcall(select, {}))
-- expect: false	bad argument #1 to 'select' (index out of range)
-- expect: false	bad argument #1 to 'select' (index out of range)
-- expect: false	bad argument #1 to 'select' (index out of range)
-- expect: false	bad argument #1 to 'select' (number expected, got string)
-- expect: false	bad argument #1 to 'select' (number expected, got no value)
-- expect: false	bad argument #1 to 'select' (number expected, got table)
