local first, second, third = {}
second.name = 1
