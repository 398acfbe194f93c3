local text = [[
one
two
