local size
print(1 + #{ size = 1 },
  size .. tostring { size = 2 })
