local t = { 10, 20, 30, x = "ex", [1.5] = "half", [true] = "yes" }
local i, k, h, b = 2, "x", 1.5, true
print(t[i], t[k], t[h], t[b]) -- expect: 20	ex	half	yes
local f = 3.0
print(t[f]) -- expect: 30
print(t[i + 5], t[t]) -- expect: nil	nil
local big = 2^53
t[big] = "big"
print(t[big], t[9007199254740992]) -- expect: big	big
