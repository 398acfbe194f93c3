-- heavy
local t = {}
for i = 1, 300 do t[i] = i end
local function n(...) return select("#", ...), (select(-1, ...)) end
print(n(table.unpack(t))) -- expect: 300	300
print(n(0, table.unpack(t))) -- expect: 301	300
local function through(...) return ... end
print(n(through(table.unpack(t)))) -- expect: 300	300
print(#{ through(table.unpack(t)) }) -- expect: 300
