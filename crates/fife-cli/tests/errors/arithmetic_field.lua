local box = {width = 3, height = 4}
print(box.widht * box.height)
