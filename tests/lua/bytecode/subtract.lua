local i, j, f, g = 7, -3, 1.5, 2.0
print(i - j, i - f, f - i, f - g, g - g) -- expect: 10	5.5	-5.5	-0.5	0.0
print(math.mininteger - i == math.maxinteger - 6) -- expect: true
local s = "10"
print(s - i, i - s, s - s, s - f) -- expect: 3	-3	0	8.5
local m = setmetatable({}, { __sub = function(a, b) return type(a) .. "-" .. type(b) end })
print(m - i, i - m, m - m, f - m) -- expect: table-number	number-table	table-table	number-table
