-- heavy
local parts = {}
for i = 1, 150 do parts[i] = "s" end
print(#load("local s = 'x' return " .. table.concat(parts, " .. "))()) -- expect: 150
