local t = { 5, 6, 7 }
local k, v = next(t)
print(k, v) -- expect: 1	5
k, v = next(t, k)
print(k, v) -- expect: 2	6
k, v = next(t, k)
print(k, v, next(t, k)) -- expect: 3	7	nil
print(next({}), next({}, nil)) -- expect: nil	nil
