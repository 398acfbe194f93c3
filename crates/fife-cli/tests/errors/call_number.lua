local area = 3
print(area(2))
