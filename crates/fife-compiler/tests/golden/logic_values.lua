local a, b, c = ...
local x = a and b
local y = a or b
x = a and b or c
x = x or 1
x = a.b or b
y = a and b > 1
y = a > 1 or b
y = not a and not b
y = not (a and b)
y = a == 1 or b == 2 or c == 3
y = f() and g()
f(a or b, a and 1)
return a and f()
