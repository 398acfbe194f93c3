local i, j, f, g = 7, -3, 1.5, 2.0
print(i + j, i + f, f + i, f + g, g + g) -- expect: 4	8.5	8.5	3.5	4.0
print(math.maxinteger + i == math.mininteger + 6) -- expect: true
local s, n = "10", "0x10"
print(s + i, i + s, s + n, s + f, "1.5" + i) -- expect: 17	17	26	11.5	8.5
local m = setmetatable({}, { __add = function(a, b) return type(a) .. "+" .. type(b) end })
print(m + i, i + m, m + m, m + s, f + m) -- expect: table+number	number+table	table+table	table+string	number+table
