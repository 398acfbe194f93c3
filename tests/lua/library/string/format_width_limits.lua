print(#string.format("%99d", 1), #string.format("%-99s|", "x")) -- expect: 99	100
print(#string.format("%.99f", 1), #string.format("%99.99e", 1.5)) -- expect: 101	105
print(pcall(string.format, "%" .. ("0"):rep(30) .. "d", 1)) -- expect: false	invalid format (too long)
print(pcall(string.format, "%-+ #0-+ #0d", 1)) -- expect: false	invalid conversion specification: '%-+ #0-+ #0d'
print(pcall(string.format, "%10.123f", 1)) -- expect: false	invalid conversion specification: '%10.123f'
print(pcall(string.format, "%0.100s", "x")) -- expect: false	invalid conversion specification: '%0.100s'
print(pcall(string.format, "%d" .. ("%s"):rep(3), 1, 2)) -- expect: false	bad argument #4 to 'string.format' (no value)
