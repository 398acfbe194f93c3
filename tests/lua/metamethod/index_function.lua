local log = {}
local t = setmetatable({ here = 1 }, { __index = function(self, k) log[#log + 1] = tostring(k) return k end })
print(t.here, t.gone, t[1], t[true], rawget(t, "gone")) -- expect: 1	gone	1	true	nil
t.gone = "now here"
print(t.gone, table.concat(log, " ")) -- expect: now here	gone 1 true
