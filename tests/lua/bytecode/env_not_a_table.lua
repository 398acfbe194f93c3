local print, pcall = print, pcall
local function bad(_ENV) return field end
print(pcall(bad, nil)) -- expect: false	env_not_a_table.lua:2: attempt to index a nil value (local '_ENV')
print(pcall(bad, 12)) -- expect: false	env_not_a_table.lua:2: attempt to index a number value (local '_ENV')
local function put(_ENV) field = 1 end
print(pcall(put, true)) -- expect: false	env_not_a_table.lua:5: attempt to index a boolean value (local '_ENV')
