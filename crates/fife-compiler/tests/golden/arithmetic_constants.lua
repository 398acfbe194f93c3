local a, x = 1
x = a + 1; x = 1 + a; x = a + 1.5; x = 1.5 + a; x = a + 100000; x = a + 1.0
x = a - 1; x = 1 - a; x = a - 0.5; x = a * 2; x = 2 * a; x = a / 2; x = 2 / a
x = a % 2; x = a ^ 2; x = a // 2; x = a & 255; x = 255 & a; x = a | 1; x = a ~ 1
x = a << 1; x = 1 << a; x = a >> 3; x = a & 1.0; x = a + "1"
