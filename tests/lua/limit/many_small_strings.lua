-- heavy
local t = {}
for i = 1, 3000 do t[i] = "string number " .. i end
print(#table.concat(t), t[3000]) -- expect: 52893	string number 3000
