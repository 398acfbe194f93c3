local t = setmetatable({}, {__index = function() return nil end})
print(t.items.first)
