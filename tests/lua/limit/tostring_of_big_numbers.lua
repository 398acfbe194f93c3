print(#tostring(1e308), #tostring(-1.7976931348623157e308)) -- expect: 6	21
print(#string.format("%.99f", 1e308), #string.format("%d", math.mininteger)) -- expect: 409	20
print(pcall(string.format, "%.100f", 1)) -- expect: false	invalid conversion specification: '%.100f'
print(pcall(string.format, "%100d", 1)) -- expect: false	invalid conversion specification: '%100d'
print(pcall(string.format, "%1000d", 1)) -- expect: false	invalid conversion specification: '%1000d'
