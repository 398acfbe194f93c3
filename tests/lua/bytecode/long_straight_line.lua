-- More than a hundred instructions without a jump.
local a, b, c = 1, 2, 3
a = a + b b = b + c c = c + a a = a + b b = b + c c = c + a a = a + b b = b + c c = c + a a = a + b
b = b - c c = c - a a = a - b b = b - c c = c - a a = a - b b = b - c c = c - a a = a - b b = b - c
a = a + b b = b + c c = c + a a = a + b b = b + c c = c + a a = a + b b = b + c c = c + a a = a + b
b = b - c c = c - a a = a - b b = b - c c = c - a a = a - b b = b - c c = c - a a = a - b b = b - c
a = a + b b = b + c c = c + a a = a + b b = b + c c = c + a a = a + b b = b + c c = c + a a = a + b
b = b - c c = c - a a = a - b b = b - c c = c - a a = a - b b = b - c c = c - a a = a - b b = b - c
a = a + b b = b + c c = c + a a = a + b b = b + c c = c + a a = a + b b = b + c c = c + a a = a + b
b = b - c c = c - a a = a - b b = b - c c = c - a a = a - b b = b - c c = c - a a = a - b b = b - c
print(a, b, c) -- expect: 41705	1051514	-728097
