local log = {}
local function say(name, value) log[#log + 1] = name return value end
print(say("a", nil) and say("b", 1), say("c", 1) or say("d", 2)) -- expect: nil	1
print(say("e", 1) and say("f", 2) or say("g", 3)) -- expect: 2
print(table.concat(log)) -- expect: acef
