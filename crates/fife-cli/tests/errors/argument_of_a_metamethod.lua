local round = setmetatable({}, {__index = math.floor})
print(round.x)
