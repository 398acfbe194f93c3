-- heavy
local t = {}
local co = coroutine.create(function(...) return select("#", ...) end)
print(coroutine.resume(co, table.unpack(t, 1, 200))) -- expect: true	200
local co2 = coroutine.create(function() return table.unpack(t, 1, 250) end)
print(select("#", coroutine.resume(co2))) -- expect: 251
