print(pcall(os.time, { year = 2147483647, month = 1, day = 1 }) == true or "out of bounds") -- expect: true
print(pcall(os.time, { year = math.maxinteger, month = 1, day = 1 })) -- expect: false	field 'year' is out-of-bound
print(pcall(os.time, { year = 2000, month = math.mininteger, day = 1 })) -- expect: false	field 'month' is out-of-bound
print(pcall(os.time, { year = 2000, month = 1, day = 1, hour = 1.5 })) -- expect: false	field 'hour' is not an integer
print(pcall(os.time, { year = 2000, month = 1, day = 1, sec = "x" })) -- expect: false	field 'sec' is not an integer
