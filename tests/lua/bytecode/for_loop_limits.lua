for i = 1, 2.9 do print(i) end
-- expect: 1
-- expect: 2
for i = -1, -2.9, -1 do print(i) end
-- expect: -1
-- expect: -2
for i = 3, 2.1, -1 do print(i) end -- expect: 3
for i = math.maxinteger, math.maxinteger + 1.0 do print(i) end -- expect: 9223372036854775807
for i = 1, "2" and 2 do print(i) end
-- expect: 1
-- expect: 2
