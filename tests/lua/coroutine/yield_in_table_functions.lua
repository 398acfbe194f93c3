-- fife only
local t = setmetatable({}, {
  __index = function(_, i) return coroutine.yield(i) end,
  __len = function() return 2 end,
})
local co = coroutine.wrap(function() return table.concat(t, "+") end)
print(co()) -- expect: 1
print(co("a")) -- expect: 2
print(co("b")) -- expect: a+b
local un = coroutine.wrap(function() return table.unpack(t) end)
print(un()) -- expect: 1
print(un("x")) -- expect: 2
print(un("y")) -- expect: x	y
