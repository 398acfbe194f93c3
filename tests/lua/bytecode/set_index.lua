local t = {}
local i, k, f = 1, "key", 2.0
t[i] = "one"
t[k] = "value"
t[f] = "two"
t[i + 2] = "three"
t[false] = "no"
print(t[1], t.key, t[2], t[3], t[false], #t) -- expect: one	value	two	three	no	3
t[k] = nil
print(t.key) -- expect: nil
local log = setmetatable({}, { __newindex = function(_, key, value) print("set", key, value) end })
log[i] = f
-- expect: set	1	2.0
log[k] = nil
-- expect: set	key	nil
