local a, b, f = 12, 10, 6.0
print(a & b, a | b, a ~ b, ~a) -- expect: 8	14	6	-13
print(a & f, f | b, f ~ a, ~f) -- expect: 4	14	10	-7
print(pcall(function() return "12" & b end)) -- expect: false	bitwise.lua:4: attempt to perform bitwise operation on a string value (constant '12')
print(pcall(function() return a | "3" end)) -- expect: false	bitwise.lua:5: attempt to perform bitwise operation on a string value (constant '3')
print(-1 & 0xff, -1 ~ 0, ~0, -1 | 0) -- expect: 255	-1	-1	-1
local m = setmetatable({}, {
  __band = function(p, q) return type(p) .. "&" .. type(q) end,
  __bor = function(p, q) return type(p) .. "|" .. type(q) end,
  __bxor = function(p, q) return type(p) .. "~" .. type(q) end,
  __bnot = function(p, q) return "~" .. type(p) end,
})
print(m & a, a & m, m | a, a | m, m ~ a, a ~ m, ~m, m & m) -- expect: table&number	number&table	table|number	number|table	table~number	number~table	~table	table&table
print(m & 1.5, "x" | m, m ~ nil) -- expect: table&number	string|table	table~nil
