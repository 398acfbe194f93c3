local print = 1
prnt("x")
