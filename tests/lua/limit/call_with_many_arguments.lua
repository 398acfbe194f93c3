-- heavy
local t = {}
for i = 1, 5000 do t[i] = i end
print(select("#", table.unpack(t)), math.max(table.unpack(t)), #table.pack(table.unpack(t))) -- expect: 5000	5000	5000
print((select("#", (function(...) return ... end)(table.unpack(t))))) -- expect: 5000
