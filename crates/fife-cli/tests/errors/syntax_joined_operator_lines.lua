local x = 1
x += f(
  1)
