-- heavy
local names, sum = {}, {}
for i = 1, 150 do names[i] = "u" .. i end
local code = {}
for i = 1, 150 do code[i] = ("local u%d = %d"):format(i, i) end
local f = load(table.concat(code, "\n") .. "\nreturn function() u1 = u1 + 1 return " .. table.concat(names, "+") .. " end")()
print(f(), f()) -- expect: 11326	11327
