local a, b, c, d = nil, true, false, "text"
local i, j, k = 1, -2147483648, 2147483648
local f, g = 1.0, 0.5
local again = 1.0
return 1, 2147483648, 0x7fffffffffffffff
