local half = 0.5
print(1 << half)
