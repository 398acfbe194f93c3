print(string.format("%f %.2f %.0f %10.3f|%-10.1f|%+.1f|%010.2f", 1.5, 2.345, 2.5, math.pi, 1.25, 3, -4.5)) -- expect: 1.500000 2.35 2      3.142|1.2       |+3.0|-000004.50
print(string.format("%e %.3e %E %.0e %#.0e", 12345.678, 0.00012, 1e100, 5, 5)) -- expect: 1.234568e+04 1.200e-04 1.000000E+100 5e+00 5.e+00
print(string.format("%g %g %g %g %.3g %G %#g", 100000, 1e6, 1e-5, 0.0001, 1234.5, 1e-10, 1.5)) -- expect: 100000 1e+06 1e-05 0.0001 1.23e+03 1E-10 1.50000
print(string.format("%.14g %.17g %.20g %.3f", 0.1, 0.1, 0.1, 1e15)) -- expect: 0.1 0.10000000000000001 0.10000000000000000555 1000000000000000.000
print(string.format("%f %f %f %g", math.huge, -math.huge, 3, "2.5")) -- expect: inf -inf 3.000000 2.5
print(string.format("|%5.1f|%-8.3e|% .2f|%+g", 9.96, 1.5, 1.005, 0.0)) -- expect: | 10.0|1.500e+00| 1.00|+0
print(string.format("%.99f", 1 / 3):sub(1, 40), #string.format("%.99f", 1 / 3)) -- expect: 0.33333333333333331482961625624739099293	101
print(string.format("%99.99f", -1e308):len(), string.format("%.0f", 1e300):len()) -- expect: 410	301
print(string.format("%.1f %.1f %.1f %.1f", 0.05, 0.15, 0.25, 0.35)) -- expect: 0.1 0.1 0.2 0.3
print(string.format("%.0f %.0f %.0f %.0f", 0.5, 1.5, 2.5, 3.5)) -- expect: 0 2 2 4
print(string.format("|%10g|%-10g|%010g", math.huge, -math.huge, 1.5)) -- expect: |       inf|-inf      |00000001.5
