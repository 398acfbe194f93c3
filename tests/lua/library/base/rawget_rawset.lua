local t = setmetatable({}, { __index = function() return "index" end, __newindex = function() error("never") end })
print(t.x, rawget(t, "x"), rawset(t, "x", 1) == t, t.x, rawget(t, "x")) -- expect: index	nil	true	1	1
rawset(t, 1, "one")
print(t[1], rawlen(t), rawget(t, 1.0)) -- expect: one	1	one
print(pcall(rawget, 1, 2)) -- expect: false	bad argument #1 to 'rawget' (table expected, got number)
print(pcall(rawset, 1, 2, 3)) -- expect: false	bad argument #1 to 'rawset' (table expected, got number)
print(pcall(rawget)) -- expect: false	bad argument #1 to 'rawget' (table expected, got no value)
print(pcall(rawset, {}, 1)) -- expect: false	bad argument #3 to 'rawset' (value expected)
