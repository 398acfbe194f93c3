if x then print(1) else print(2) end)
