local flags = {}
print(flags | 1)
