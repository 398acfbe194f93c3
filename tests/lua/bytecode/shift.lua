local a, n = 1, 4
print(a << n, 256 >> n, a << 63, a << 64, a << 100) -- expect: 16	16	-9223372036854775808	0	0
print(-1 >> 1, -1 >> 63, -1 >> 64, -1 << 64) -- expect: 9223372036854775807	1	0	0
print(a << -1, 256 >> -n, 256 << -n) -- expect: 0	4096	16
print(1.0 << n, a << 2.0) -- expect: 16	4
print(pcall(function() return "1" << n end)) -- expect: false	shift.lua:6: attempt to perform bitwise operation on a string value (constant '1')
print(pcall(function() return a >> "3" end)) -- expect: false	shift.lua:7: attempt to perform bitwise operation on a string value (constant '3')
print(a << math.mininteger, a >> math.mininteger, a << math.maxinteger) -- expect: 0	0	0
local m = setmetatable({}, {
  __shl = function(p, q) return type(p) .. "<<" .. type(q) end,
  __shr = function(p, q) return type(p) .. ">>" .. type(q) end,
})
print(m << a, a << m, m >> a, a >> m, m >> m) -- expect: table<<number	number<<table	table>>number	number>>table	table>>table
