-- The loop never wraps around.
for i = math.maxinteger - 2, math.maxinteger do print(i) end
-- expect: 9223372036854775805
-- expect: 9223372036854775806
-- expect: 9223372036854775807
for i = math.mininteger + 1, math.mininteger, -1 do print(i) end
-- expect: -9223372036854775807
-- expect: -9223372036854775808
for i = math.maxinteger - 1, math.maxinteger, 5 do print(i) end -- expect: 9223372036854775806
for i = math.mininteger, math.maxinteger, math.maxinteger do print(i) end
-- expect: -9223372036854775808
-- expect: -1
-- expect: 9223372036854775806
for i = math.maxinteger, math.mininteger, math.mininteger do print(i) end
-- expect: 9223372036854775807
-- expect: -1
for i = math.maxinteger - 1, 1e100 do print(i) end
-- expect: 9223372036854775806
-- expect: 9223372036854775807
for i = math.mininteger + 1, -1e100, -1 do print(i) end
-- expect: -9223372036854775807
-- expect: -9223372036854775808
