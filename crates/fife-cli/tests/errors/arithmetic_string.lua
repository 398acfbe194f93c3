print("ten" + 1)
