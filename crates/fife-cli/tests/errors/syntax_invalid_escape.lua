print("C:\Users\quux")
