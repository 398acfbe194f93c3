print(pcall(os.time, {})) print(pcall(os.time, { year = 2000 })) print(pcall(os.time, { year = 2000, month = 1 })) print(pcall(os.time, { year = "x", month = 1, day = 1 })) print(pcall(os.time, { year = 2000, month = 1.5, day = 1 })) print(pcall(os.time, { year = 1 << 40, month = 1, day = 1 })) print(pcall(os.time, 5)) print(pcall(os.time, { year = 2000, month = 1, day = 1 << 33 })) print(pcall(os.time, { year = "2000", month = "1", day = "1", hour = 12.0 }) == true)
-- expect: false	field 'year' missing in date table
-- expect: false	field 'month' missing in date table
-- expect: false	field 'day' missing in date table
-- expect: false	field 'year' is not an integer
-- expect: false	field 'month' is not an integer
-- expect: false	field 'year' is out-of-bound
-- expect: false	bad argument #1 to 'os.time' (table expected, got number)
-- expect: false	field 'day' is out-of-bound
-- expect: true
