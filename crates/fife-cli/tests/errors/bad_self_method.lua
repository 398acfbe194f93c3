local s = setmetatable({}, {__index = string})
print(s:upper())
