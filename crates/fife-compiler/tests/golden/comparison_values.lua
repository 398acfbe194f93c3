local a, b = 1, 2
local x = a == b
local y = not (a < b)
x = a <= b
local z = (a < b) == (b < a)
return a ~= b
