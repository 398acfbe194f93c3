local a, b, c, d = 7, 3, -7, -3
print(a % b, c % b, a % d, c % d) -- expect: 1	2	-2	-1
local x, y = 5.5, 2
print(x % y, -x % y, x % -y, -x % -y) -- expect: 1.5	0.5	-0.5	-1.5
local inf = math.huge
print(5 % inf, -5 % inf, 5 % -inf, -5 % -inf) -- expect: 5.0	inf	-inf	-5.0
print(math.mininteger % -1, 0 % b, 6 % -b) -- expect: 0	0	0
print(pcall(function() return a % 0 end)) -- expect: false	modulo.lua:8: attempt to perform 'n%0'
print(5.0 % 0 ~= 5.0 % 0) -- expect: true
print("10" % b, a % "4") -- expect: 1	3
local m = setmetatable({}, { __mod = function(p, q) return type(p) .. "%" .. type(q) end })
print(m % a, a % m, m % m) -- expect: table%number	number%table	table%table
