local m = setmetatable({}, { __tostring = function(self) return "I am m" end })
print(m, tostring(m), #tostring(m)) -- expect: I am m	I am m	6
print(string.format("%s|%10s", m, m)) -- expect: I am m|    I am m
print(pcall(tostring, setmetatable({}, { __tostring = function() return 1 end }))) -- expect: true	1
print(pcall(print, setmetatable({}, { __tostring = function() return {} end }))) -- expect: false	'__tostring' must return a string
print(pcall(tostring, setmetatable({}, { __tostring = function() error("inside", 0) end }))) -- expect: false	inside
