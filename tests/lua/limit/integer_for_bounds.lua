local n = 0
for i = math.mininteger, math.mininteger + 2 do n = n + 1 end
for i = math.maxinteger, math.maxinteger - 2, -1 do n = n + 1 end
for i = 1, 3, math.maxinteger do n = n + 1 end
for i = -1, -3, math.mininteger do n = n + 1 end
for i = math.mininteger, math.maxinteger, 1 << 62 do n = n + 1 end
print(n) -- expect: 12
