local name = "Ada
print(name)
