-- Natives that call natives continue in later steps, wherever the fuel ends: arguments and results stay in order.
local function chain(...) return select("#", ...), ... end

print(pcall(pcall, pcall, pcall, chain, 1, 2)) -- expect: true	true	true	true	2	1	2
print(pcall(pcall, pcall, error, "oops")) -- expect: true	true	false	oops
print(xpcall(xpcall, print, xpcall, print, chain, print, 7, 8, 9)) -- expect: true	true	true	3	7	8	9

local functions = {}
for i = 1, 150 do functions[i] = pcall end
functions[151] = math.max
functions[152], functions[153] = 3, 4
local results = { pcall(table.unpack(functions)) }
print(#results, results[151], results[152]) -- expect: 152	true	4
