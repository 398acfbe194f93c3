local t = {}
t[1] = "a"
t[2] = t[1] .. "b"
t[0] = false
t[255] = 255
t[256] = 256
t[65535] = 1
t[65536] = 2
print(t[1], t[2], t[0], t[255], t[256], t[65535], t[65536]) -- expect: a	ab	false	255	256	1	2
t[1] = nil
print(t[1]) -- expect: nil
local p = setmetatable({}, { __newindex = function(_, k, v) print("new", k, v) end })
p[1] = "x"
-- expect: new	1	x
p[300] = true
-- expect: new	300	true
