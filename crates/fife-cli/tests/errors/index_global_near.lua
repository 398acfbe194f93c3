config = {name = "x"}
print(cofig.name)
