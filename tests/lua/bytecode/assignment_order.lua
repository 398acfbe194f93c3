-- Tables and keys are evaluated before the values are stored.
local i, t = 1, {}
i, t[i] = i + 1, 20
print(i, t[1], t[2]) -- expect: 2	20	nil
local a = { 1, 2 }
a[1], a[2] = a[2], a[1]
print(a[1], a[2]) -- expect: 2	1
local x = {}
local y = x
x.field, x = "kept", nil
print(x, y.field) -- expect: nil	kept
