local i, j = 0, 10
while i < 5 and j > 5 or i == 5 do i, j = i + 1, j - 1 end
print(i, j) -- expect: 6	4
