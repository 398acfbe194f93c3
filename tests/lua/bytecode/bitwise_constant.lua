local i, f, s = 12, 6.0, "5"
print(i & 10, 10 & i, i | 3, 3 | i, i ~ 5, 5 ~ i) -- expect: 8	8	15	15	9	9
print(f & 4, 4 | f, f ~ 1, 1 & f) -- expect: 4	6	7	0
print(pcall(function() return s & 4 end)) -- expect: false	bitwise_constant.lua:4: attempt to perform bitwise operation on a string value (upvalue 's')
print(pcall(function() return 4 | s end)) -- expect: false	bitwise_constant.lua:5: attempt to perform bitwise operation on a string value (upvalue 's')
print(i & 0xffffffffffff, i | 0x100000000, i ~ -1, i & 7.0) -- expect: 12	4294967308	-13	4
local function name(v) return type(v) == "table" and "m" or tostring(v) end
local m = setmetatable({}, {
  __band = function(a, b) return name(a) .. "&" .. name(b) end,
  __bor = function(a, b) return name(a) .. "|" .. name(b) end,
  __bxor = function(a, b) return name(a) .. "~" .. name(b) end,
})
print(m & 1, 1 & m, m | 1, 1 | m, m ~ 1, 1 ~ m) -- expect: m&1	1&m	m|1	1|m	m~1	1~m
