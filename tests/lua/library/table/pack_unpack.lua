local t = table.pack("a", nil, "c")
print(t.n, t[1], t[2], t[3], table.pack().n, #table.pack(1, 2)) -- expect: 3	a	nil	c	0	2
print(table.unpack { 1, 2, 3 }) print(table.unpack({ 1, 2, 3 }, 2)) print(table.unpack({ 1, 2, 3 }, 2, 3)) print(table.unpack({}, 1, 2)) print(select("#", table.unpack({}, 1, 0))) print(table.unpack({ 1, 2 }, -1, 1)) print((table.unpack { 1, 2 }))
-- expect: 1	2	3
-- expect: 2	3
-- expect: 2	3
-- expect: nil	nil
-- expect: 0
-- expect: nil	nil	1
-- expect: 1
print(table.unpack(setmetatable({}, { __index = function(_, i) return i * 10 end, __len = function() return 3 end }))) -- expect: 10	20	30
print(pcall(table.unpack)) print(pcall(table.unpack, nil)) print(pcall(table.unpack, {}, "x")) print(pcall(table.unpack, {}, 1, 1e8)) print(pcall(table.unpack, {}, math.mininteger, math.maxinteger)) print(table.unpack({ "max" }, math.maxinteger, math.maxinteger)) print(table.unpack("abc", 1, 2))
-- expect: false	attempt to get length of a nil value
-- expect: false	attempt to get length of a nil value
-- expect: false	bad argument #2 to 'table.unpack' (number expected, got string)
-- expect: false	too many results to unpack
-- expect: false	too many results to unpack
-- expect: nil
-- expect: nil	nil
