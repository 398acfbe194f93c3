-- Entries whose value is only in a table with weak values go away, even in the array part.
local weak = setmetatable({}, {__mode = "v"})
local kept = {}
for i = 1, 20 do weak[i] = i % 5 == 0 and kept or {} end
weak.x, weak.y, weak.z, weak.n = {}, kept, "string", 1
collectgarbage()
local at = {}
for i = 1, 20 do if weak[i] then at[#at + 1] = i end end
print(table.concat(at, " ")) -- expect: 5 10 15 20
print(weak.x, weak.y == kept, weak.z, weak.n) -- expect: nil	true	string	1
