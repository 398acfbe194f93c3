local t = {}
t.self, t[t], t[1] = t, "key", t
print(t.self.self.self == t, t[t], t[1][1][t]) -- expect: true	key	key
setmetatable(t, t)
t.__index = function(_, k) return "index " .. k end
print(t.anything) -- expect: index anything
