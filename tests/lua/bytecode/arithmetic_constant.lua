local i, f, s = 6, 1.5, "10"
print(i + 0.5, 0.5 + i, i + 1e10, i - 0.5, 0.5 - i) -- expect: 6.5	6.5	10000000006.0	5.5	-5.5
print(i * 2, 2 * i, i * 0.5, 0.5 * i, i * 100000) -- expect: 12	12	3.0	3.0	600000
print(i / 2, 2 / i < 1, f / 0.5, i / 4.0) -- expect: 3.0	true	3.0	1.5
print(i % 4, 4 % i, f % 1, i % 2.5) -- expect: 2	4	0.5	1.0
print(i ^ 2, 2 ^ i, f ^ 2) -- expect: 36.0	64.0	2.25
print(i // 4, 4 // i, f // 0.5, i // 2.5) -- expect: 1	0	3.0	2.0
print(s + 0.5, s * 2, s / 4, s % 3, s ^ 2, s // 3, s - 100000) -- expect: 10.5	20	2.5	1	100.0	3	-99990
