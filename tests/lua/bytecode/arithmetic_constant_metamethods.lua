local function name(v) return type(v) == "table" and "m" or tostring(v) end
local meta = {}
for event, sign in pairs { add = "+", sub = "-", mul = "*", div = "/", mod = "%", pow = "^", idiv = "//" } do
  meta["__" .. event] = function(a, b) return name(a) .. sign .. name(b) end
end
local m = setmetatable({}, meta)
print(m + 0.5, 0.5 + m, m - 0.5, 0.5 - m) -- expect: m+0.5	0.5+m	m-0.5	0.5-m
print(m * 3, 3 * m, m * 0.5, 0.5 * m) -- expect: m*3	3*m	m*0.5	0.5*m
print(m / 3, 3 / m, m % 3, 3 % m) -- expect: m/3	3/m	m%3	3%m
print(m ^ 3, 3 ^ m, m // 3, 3 // m) -- expect: m^3	3^m	m//3	3//m
