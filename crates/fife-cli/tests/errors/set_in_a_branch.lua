local x = 1
if os then x = nil end
print(x.y)
