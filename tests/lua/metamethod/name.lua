local m = setmetatable({}, { __name = "My.Type" })
print((tostring(m):gsub("0x%x+", "ADDRESS"))) -- expect: My.Type: ADDRESS
print(pcall(function() return m + 1 end)) -- expect: false	name.lua:3: attempt to perform arithmetic on a My.Type value (upvalue 'm')
print(pcall(string.rep, m)) -- expect: false	bad argument #1 to 'string.rep' (string expected, got My.Type)
print(pcall(function() return m < 1 end)) -- expect: false	name.lua:5: attempt to compare My.Type with number
print(pcall(function() return m < m end)) -- expect: false	name.lua:6: attempt to compare two My.Type values
print(pcall(function() return #setmetatable(m, nil) end)) -- expect: true	0
local odd = setmetatable({}, { __name = 5 })
print((tostring(odd):gsub("0x%x+", "ADDRESS"))) -- expect: table: ADDRESS
print(pcall(string.rep, odd)) -- expect: false	bad argument #1 to 'string.rep' (string expected, got table)
