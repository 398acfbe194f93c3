local limit
if 3 < limit then print("less") end
