-- heavy
local parts = { "local x = ... if x == 0 then return 0" }
for i = 1, 500 do parts[#parts + 1] = ("elseif x == %d then return %d"):format(i, i * 2) end
parts[#parts + 1] = "else return 'none' end"
local f = load(table.concat(parts, "\n"))
print(f(0), f(1), f(250), f(500), f(501)) -- expect: 0	2	500	1000	none
