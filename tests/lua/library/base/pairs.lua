local f, s, c = pairs { 1 }
print(f == next, type(s), c) -- expect: true	table	nil
local keys = {}
for k in pairs { x = 1, y = 2, 10, 20 } do keys[#keys + 1] = tostring(k) end
table.sort(keys)
print(table.concat(keys, " ")) -- expect: 1 2 x y
