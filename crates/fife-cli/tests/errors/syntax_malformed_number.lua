local width = 3x
