local squares = {}
for i = 1, 3 do squares[i] = squaer(i) end
