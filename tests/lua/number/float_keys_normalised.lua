local t = {}
t[1.0] = "one"
t[2^53] = "big"
print(t[1], next(t) ~= nil, t[9007199254740992]) -- expect: one	true	big
t[1] = "uno"
print(t[1.0], #t) -- expect: uno	1
t[-0.0] = "zero"
print(t[0], t[0.0]) -- expect: zero	zero
t[1.5] = "frac"
print(t[1.5], t[3 / 2]) -- expect: frac	frac
