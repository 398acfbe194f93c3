local a = { one = 1 }
local b = setmetatable({ two = 2 }, { __index = a })
local c = setmetatable({ three = 3 }, { __index = b })
print(c.one, c.two, c.three, c.four) -- expect: 1	2	3	nil
a.four = 4
print(c.four) -- expect: 4
getmetatable(b).__index = nil
print(c.one, c.two) -- expect: nil	2
