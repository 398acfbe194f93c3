print() print(nil) print(1, 2.5, "s", true, nil) print("") print("a\tb")
-- expect:
-- expect: nil
-- expect: 1	2.5	s	true	nil
-- expect:
-- expect: a	b
print("one argument", nil) print(nil, nil)
-- expect: one argument	nil
-- expect: nil	nil
print((print == _G.print), print("inner"))
-- expect: inner
-- expect: true
