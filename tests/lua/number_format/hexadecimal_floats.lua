print(string.format("%a %a %a %a", 1, 0.5, -2, 0)) -- expect: 0x1p+0 0x1p-1 -0x1p+1 0x0p+0
print(string.format("%.3a %.0a %A", 1 / 3, 1.5, 255.5)) -- expect: 0x1.555p-2 0x2p+0 0X1.FFP+7
print(string.format("%a %a", math.huge, 1e-320)) -- expect: inf 0x0.00000000007e8p-1022
print(0x1p4, 0x.8, 0x1.8p-1, tonumber("0x1.8p1")) -- expect: 16.0	0.5	0.75	3.0
