-- fife only
local dead = coroutine.create(function() end)
coroutine.resume(dead)
local co = coroutine.wrap(function()
  print((pcall(coroutine.yieldto, dead)))
  print((pcall(coroutine.yieldto, coroutine.running())))
  print((pcall(coroutine.yieldto, "not a coroutine")))
  print((pcall(coroutine.yieldto)))
  return "alive"
end)
print(co())
-- expect: false
-- expect: false
-- expect: false
-- expect: false
-- expect: alive
