print(#tostring(1e308), #tostring(-1.7976931348623157e308), #string.format("%.99f", 1e308), #string.format("%d", math.mininteger)) -- expect: 6	21	409	20
print(pcall(string.format, "%.100f", 1)) print(pcall(string.format, "%100d", 1)) print(pcall(string.format, "%1000d", 1))
-- expect: false	invalid conversion specification: '%.100f'
-- expect: false	invalid conversion specification: '%100d'
-- expect: false	invalid conversion specification: '%1000d'
