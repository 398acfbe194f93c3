local t = table.pack("a", nil, "c")
print(t.n, t[1], t[2], t[3], table.pack().n, #table.pack(1, 2)) -- expect: 3	a	nil	c	0	2
print(table.unpack { 1, 2, 3 }) -- expect: 1	2	3
print(table.unpack({ 1, 2, 3 }, 2)) -- expect: 2	3
print(table.unpack({ 1, 2, 3 }, 2, 3)) -- expect: 2	3
print(table.unpack({}, 1, 2)) -- expect: nil	nil
print(select("#", table.unpack({}, 1, 0))) -- expect: 0
print(table.unpack({ 1, 2 }, -1, 1)) -- expect: nil	nil	1
print((table.unpack { 1, 2 })) -- expect: 1
print(table.unpack(setmetatable({}, { __index = function(_, i) return i * 10 end, __len = function() return 3 end }))) -- expect: 10	20	30
print(pcall(table.unpack)) -- expect: false	attempt to get length of a nil value
print(pcall(table.unpack, nil)) -- expect: false	attempt to get length of a nil value
print(pcall(table.unpack, {}, "x")) -- expect: false	bad argument #2 to 'table.unpack' (number expected, got string)
print(pcall(table.unpack, {}, 1, 1e8)) -- expect: false	too many results to unpack
print(pcall(table.unpack, {}, math.mininteger, math.maxinteger)) -- expect: false	too many results to unpack
print(table.unpack({ "max" }, math.maxinteger, math.maxinteger)) -- expect: nil
print(table.unpack("abc", 1, 2)) -- expect: nil	nil
