if a != b then print(1) end
