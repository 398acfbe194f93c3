print(pcall(os.time, {})) -- expect: false	field 'year' missing in date table
print(pcall(os.time, { year = 2000 })) -- expect: false	field 'month' missing in date table
print(pcall(os.time, { year = 2000, month = 1 })) -- expect: false	field 'day' missing in date table
print(pcall(os.time, { year = "x", month = 1, day = 1 })) -- expect: false	field 'year' is not an integer
print(pcall(os.time, { year = 2000, month = 1.5, day = 1 })) -- expect: false	field 'month' is not an integer
print(pcall(os.time, { year = 1 << 40, month = 1, day = 1 })) -- expect: false	field 'year' is out-of-bound
print(pcall(os.time, 5)) -- expect: false	bad argument #1 to 'os.time' (table expected, got number)
print(pcall(os.time, { year = 2000, month = 1, day = 1 << 33 })) -- expect: false	field 'day' is out-of-bound
print(pcall(os.time, { year = "2000", month = "1", day = "1", hour = 12.0 }) == true) -- expect: true
