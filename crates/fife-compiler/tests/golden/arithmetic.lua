local a, b, x = 1, 2
x = a + b; x = a - b; x = a * b; x = a / b; x = a % b; x = a ^ b; x = a // b
x = a & b; x = a | b; x = a ~ b; x = a << b; x = a >> b
x = -a; x = ~a; x = not a; x = #a
