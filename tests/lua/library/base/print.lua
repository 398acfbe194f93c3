print() -- expect:
print(nil) -- expect: nil
print(1, 2.5, "s", true, nil) -- expect: 1	2.5	s	true	nil
print("") -- expect:
print("a\tb") -- expect: a	b
print("one argument", nil) -- expect: one argument	nil
print(nil, nil) -- expect: nil	nil
print((print == _G.print), print("inner"))
-- expect: inner
-- expect: true
