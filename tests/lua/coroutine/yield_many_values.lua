-- heavy
local t = {}
for i = 1, 250 do t[i] = i end
local co = coroutine.wrap(function(...) return select("#", coroutine.yield(...)) end)
print(select("#", co(table.unpack(t))), co(table.unpack(t))) -- expect: 250	250
