local i, j, f, z = 7, -2, 1.5, 0
print(i / j, i / f, f / i > 0.21, 6 / 3) -- expect: -3.5	4.6666666666667	true	2.0
print(i / z, -i / z, z / z ~= z / z) -- expect: inf	-inf	true
local s = "10"
print(s / i > 1.4, i / "2", s / s) -- expect: true	3.5	1.0
local m = setmetatable({}, { __div = function(a, b) return type(a) .. "/" .. type(b) end })
print(m / i, i / m, m / m) -- expect: table/number	number/table	table/table
