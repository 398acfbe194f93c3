while ready then print("go") end
