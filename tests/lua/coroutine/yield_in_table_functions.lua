-- fife only
local t = setmetatable({}, { __index = function(_, i) return coroutine.yield(i) end, __len = function() return 2 end })
local co = coroutine.wrap(function() return table.concat(t, "+") end)
print(co()) print(co("a")) print(co("b"))
-- expect: 1
-- expect: 2
-- expect: a+b
local un = coroutine.wrap(function() return table.unpack(t) end)
print(un()) print(un("x")) print(un("y"))
-- expect: 1
-- expect: 2
-- expect: x	y
