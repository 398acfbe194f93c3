-- What PUC-Rio Lua keeps of Lua 5.3 (`LUA_COMPAT_5_3`).
print(math.atan2 == math.atan, math.atan2(1, -1)) -- expect: true	2.3561944901923
print(math.cosh(1), math.sinh(1), math.tanh(1)) -- expect: 1.5430806348152	1.1752011936438	0.76159415595576
print(math.cosh(-800), math.sinh(-800), math.tanh(-800), math.tanh(-0.0)) -- expect: inf	-inf	-1.0	-0.0
print(math.log10(1000), math.log10(2), math.log10(0), math.log10(5e-324)) -- expect: 3.0	0.30102999566398	-inf	-323.30621534312
print(math.pow(2, 10), math.pow("3", 2), math.pow(-8, 1 / 3) ~= math.pow(-8, 1 / 3), math.pow(0, 0), math.pow(2, -1080)) -- expect: 1024.0	9.0	true	1.0	0.0

local inf <const>, nan <const> = math.huge, 0 / 0
-- A mantissa and an exponent.
local floats = {
  0, 1, -1, 0.5, 10, -0.1, 0.0, -0.0, inf, -inf, math.maxinteger, 2 ^ 53 + 2, 1e308, 2.2250738585072014e-308,
  2.2250738585072009e-308, 5e-324, -5e-324, 1e-320, "0x1p-3",
}
for _, value in ipairs(floats) do
  local mantissa, exponent = math.frexp(value)
  local back = math.ldexp(mantissa, exponent)
  print(string.format("%.17g %d", mantissa, exponent), math.type(exponent), back == value + 0.0) -- expect: 0 0	integer	true
-- expect: 0.5 1	integer	true
-- expect: -0.5 1	integer	true
-- expect: 0.5 0	integer	true
-- expect: 0.625 4	integer	true
-- expect: -0.80000000000000004 -3	integer	true
-- expect: 0 0	integer	true
-- expect: -0 0	integer	true
-- expect: inf 0	integer	true
-- expect: -inf 0	integer	true
-- expect: 0.5 64	integer	true
-- expect: 0.50000000000000011 54	integer	true
-- expect: 0.55626846462680035 1024	integer	true
-- expect: 0.5 -1021	integer	true
-- expect: 0.99999999999999978 -1022	integer	true
-- expect: 0.5 -1073	integer	true
-- expect: -0.5 -1073	integer	true
-- expect: 0.98828125 -1063	integer	true
-- expect: 0.5 -2	integer	true
end
local mantissa, exponent = math.frexp(nan)
print(mantissa ~= mantissa, exponent) -- expect: true	0

-- Rounded once, to even, even if the result is subnormal.
local function scaled(value, exponent)
  print(string.format("%.17g", math.ldexp(value, exponent))) -- expect: 1
-- expect: 8.9884656743115795e+307
-- expect: inf
-- expect: -inf
-- expect: 1.7976931348623157e+308
-- expect: inf
-- expect: 2.2250738585072014e-308
-- expect: 4.9406564584124654e-324
-- expect: 0
-- expect: 4.9406564584124654e-324
-- expect: 4.9406564584124654e-324
-- expect: 9.8813129168249309e-324
-- expect: 9.8813129168249309e-324
-- expect: -4.9406564584124654e-324
-- expect: 0
-- expect: -0
-- expect: 2.2250738585072014e-308
-- expect: 1.9762625833649862e-323
-- expect: 1
-- expect: 8.9884656743115795e+307
-- expect: inf
-- expect: 0
-- expect: 8.7098098162172171e-303
-- expect: 1.1481306952742546e+302
-- expect: 0
-- expect: -0
-- expect: inf
-- expect: inf
-- expect: 0
-- expect: 0
-- expect: 2
-- expect: 1
-- expect: 0.5
-- expect: 12
end
scaled(1, 0)
scaled(1, 1023)
scaled(1, 1024)
scaled(-1, 1024)
scaled(1.9999999999999998, 1023)
scaled(1.9999999999999998, 1024)
scaled(1, -1022)
scaled(1, -1074)
scaled(1, -1075)
scaled(1.5, -1075)
scaled(1.0000000000000002, -1075)
scaled(3, -1075)
scaled(5, -1075)
scaled(-3, -1076)
scaled(1, -1076)
scaled(-1, -1080)
scaled(1.9999999999999998, -1023)
scaled(0x1.fffffffffffffp0, -1073)
scaled(5e-324, 1074)
scaled(5e-324, 2097)
scaled(5e-324, 2098)
scaled(5e-324, -1)
scaled(1e300, -2000)
scaled(1e-300, 2000)
scaled(0, 5000)
scaled(-0.0, 5)
scaled(inf, -5000)
-- The exponent is a C int.
scaled(1, 2147483647)
scaled(1, -2147483648)
scaled(1, 2147483648)
scaled(1, 4294967297)
scaled(1, math.mininteger)
scaled(1, math.maxinteger)
scaled("3", "2")

print(pcall(math.pow, 1)) -- expect: false	bad argument #2 to 'math.pow' (number expected, got no value)
print(pcall(math.pow, nil, nil)) -- expect: false	bad argument #1 to 'math.pow' (number expected, got nil)
print(pcall(math.ldexp, 1, 1.5)) -- expect: false	bad argument #2 to 'math.ldexp' (number has no integer representation)
print(pcall(math.ldexp, {}, 1)) -- expect: false	bad argument #1 to 'math.ldexp' (number expected, got table)
print(pcall(math.ldexp, 1)) -- expect: false	bad argument #2 to 'math.ldexp' (number expected, got no value)
print(pcall(math.frexp)) -- expect: false	bad argument #1 to 'math.frexp' (number expected, got no value)
print(pcall(math.log10, "x")) -- expect: false	bad argument #1 to 'math.log10' (number expected, got string)
print(pcall(math.cosh)) -- expect: false	bad argument #1 to 'math.cosh' (number expected, got no value)
print(pcall(function() return math.sinh({}) end)) -- expect: false	of_lua_5_3.lua:121: bad argument #1 to 'sinh' (number expected, got table)
print(pcall(function() local f = math.tanh return f() end)) -- expect: false	of_lua_5_3.lua:122: bad argument #1 to 'f' (number expected, got no value)
