for i = 1, 10 do print(i) end
for i = 10, 1, -1 do i = i + 1 end
for i = a, b, c do if i > 5 then break end end
for i = 1, 3 do for j = 1, i do print(i, j) end end
