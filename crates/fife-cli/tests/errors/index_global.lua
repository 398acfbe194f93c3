print(cofig.name)
config = {}
