local calls = 0
local t = setmetatable({}, { __newindex = function(self, k, v) calls = calls + 1 rawset(self, k, v) end })
t.a = nil
t.a = 1
t.a = 2
t.a = nil
t.a = 3
print(calls, t.a) -- expect: 3	3
