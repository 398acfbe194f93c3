local t = { 1, 2, 3 }
print(#t) -- expect: 3
t[#t + 1] = 4
print(#t) -- expect: 4
t[#t] = nil
t[#t] = nil
print(#t) -- expect: 2
for i = 3, 100 do t[i] = i end
print(#t) -- expect: 100
for i = 100, 11, -1 do t[i] = nil end
print(#t) -- expect: 10
local s = {}
for i = 1, 10 do s[#s + 1] = i * i end
print(#s, s[10]) -- expect: 10	100
