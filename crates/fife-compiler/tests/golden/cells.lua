local a = 1
local f = function() return a end
a = a + 1
a, b = b, a
a = nil
local t = {a = a, [a] = a}
t[a] = a
return a
