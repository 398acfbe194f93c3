local a, b, f = 2, 10, 0.5
print(a ^ b, a ^ f > 1.41, b ^ 0, a ^ -1, (-2) ^ 3) -- expect: 1024.0	true	1.0	0.5	-8.0
print(2 ^ 3 ^ 2, -2 ^ 2) -- expect: 512.0	-4.0
print("2" ^ "3", a ^ "3") -- expect: 8.0	8.0
local m = setmetatable({}, { __pow = function(p, q) return type(p) .. "^" .. type(q) end })
print(m ^ a, a ^ m, m ^ m) -- expect: table^number	number^table	table^table
