for i, v in ipairs { "a", "b", "c" } do print(i, v) end
-- expect: 1	a
-- expect: 2	b
-- expect: 3	c
for i, v in ipairs { 1, nil, 3 } do print(i, v) end -- expect: 1	1
local f, s, c = ipairs { 1 }
print(type(f), type(s), c) -- expect: function	table	0
print(f({ "x", "y" }, 1), f({ "x" }, 1)) -- expect: 2	nil
print(pcall(ipairs)) -- expect: false	bad argument #1 to 'ipairs' (value expected)
print(pcall(ipairs, nil) == true) -- expect: true
print(pcall(function() for _ in ipairs(nil) do end end)) -- expect: false	attempt to index a nil value
