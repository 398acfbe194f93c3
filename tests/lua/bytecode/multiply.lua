local i, j, f = 7, -3, 1.5
print(i * j, i * f, f * i, f * f, 0 * j, 0.0 * j) -- expect: -21	10.5	10.5	2.25	0	-0.0
print(math.maxinteger * 2, math.mininteger * -1) -- expect: -2	-9223372036854775808
local s = "10"
print(s * i, i * s, s * s, "0x1p4" * i) -- expect: 70	70	100	112.0
local m = setmetatable({}, { __mul = function(a, b) return type(a) .. "*" .. type(b) end })
print(m * i, i * m, m * m) -- expect: table*number	number*table	table*table
