local mt = { __eq = function() return true end, __len = function() return 99 end }
local a, b = setmetatable({ 1, 2 }, mt), setmetatable({}, mt)
print(a == b, rawequal(a, b), rawequal(a, a), rawequal(1, 1.0), rawequal("a", "a"), rawequal(nil, nil)) -- expect: true	false	true	true	true	true
print(#a, rawlen(a), rawlen("four"), rawlen {}) -- expect: 99	2	4	0
print(pcall(rawlen)) -- expect: false	bad argument #1 to 'rawlen' (table or string expected, got no value)
print(pcall(rawlen, 5)) -- expect: false	bad argument #1 to 'rawlen' (table or string expected, got number)
print(pcall(rawequal)) -- expect: false	bad argument #1 to 'rawequal' (value expected)
print(pcall(rawequal, 1)) -- expect: false	bad argument #2 to 'rawequal' (value expected)
