local i, f, s = 12, 6.0, "5"
print(i << 1, i >> 1, i << 63, i >> 64, i << -2, i >> -2) -- expect: 24	6	0	0	3	48
print(1 << i, 4096 >> i, -1 >> i) -- expect: 4096	1	4503599627370495
print(f << 1, f >> 1) -- expect: 12	3
print(pcall(function() return s << 1 end)) -- expect: false	shift_integer.lua:5: attempt to perform bitwise operation on a string value (upvalue 's')
print(pcall(function() return 1 >> s end)) -- expect: false	shift_integer.lua:6: attempt to perform bitwise operation on a string value (upvalue 's')
print(i << 127, i << 128, i >> 32768, i << 40000) -- expect: 0	0	0	0
local function name(v) return type(v) == "table" and "m" or tostring(v) end
local m = setmetatable({}, {
  __shl = function(a, b) return name(a) .. "<<" .. name(b) end,
  __shr = function(a, b) return name(a) .. ">>" .. name(b) end,
})
print(m << 1, 1 << m, m >> 1, 1 >> m, m << -3, m >> 300) -- expect: m<<1	1<<m	m>>1	1>>m	m<<-3	m>>300
