local a, b, c = 1
local d, e = 1, 2, 3
local g = 1, f(), x
a, b, c = f()
a, b = 1
a, b = 1, 2, f()
a, b, c = nil, f(), nil
