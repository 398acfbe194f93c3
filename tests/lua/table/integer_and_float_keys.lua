local t = {}
for i = 1, 5 do t[i + 0.0] = i end
print(#t, t[3], t[3.0]) -- expect: 5	3	3
t[2^53] = "a"
print(t[2^53 | 0]) -- expect: a
t["1"] = "string one"
print(t[1], t["1"]) -- expect: 1	string one
t[1e300] = "large"
print(t[1e300]) -- expect: large
