local x, y = 1, 2
x -= 1; y -= 2
