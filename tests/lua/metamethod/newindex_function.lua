local t = setmetatable({ old = 1 }, { __newindex = function(self, k, v) rawset(self, k, v * 10) end })
t.new = 5
t.old = 7
print(t.new, t.old) -- expect: 50	7
t.new = 6
print(t.new) -- expect: 6
t[1] = 2
t[1.5] = 3
print(t[1], t[1.5]) -- expect: 20	30
