local f = setmetatable({}, {})
getmetatable(f).__call = f
f()
