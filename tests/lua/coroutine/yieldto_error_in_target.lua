-- fife only
local b = coroutine.create(function() error("b fails", 0) end)
local a = coroutine.create(function() print(pcall(coroutine.yieldto, b)) return "a ends" end)
print(coroutine.resume(a)) -- expect: false	b fails
print(coroutine.status(a), coroutine.status(b)) -- expect: suspended	dead
print(coroutine.resume(a, "back"))
-- expect: true	back
-- expect: true	a ends
