local i, f, s = 5, 1.5, "7"
print(-i, -f, -s, - -i, -"1.5", -"0x10") -- expect: -5	-1.5	-7	5	-1.5	-16
print(-math.mininteger == math.mininteger, -0.0, -(0), 0.0) -- expect: true	-0.0	0	0.0
local m = setmetatable({}, { __unm = function(a, b) return rawequal(a, b) and "unm same" or "unm" end })
print(-m) -- expect: unm same
