-- fife only
-- A yield in the target goes to the inherited resumer.
local b = coroutine.create(function(x) local y = coroutine.yield("b yields " .. x) return "b ends " .. y end)
local a = coroutine.create(function() return "a ends " .. coroutine.yieldto(b, 1) end)
print(coroutine.resume(a)) -- expect: true	b yields 1
print(coroutine.resume(b, 2)) -- expect: true	b ends 2
print(coroutine.resume(a, 3)) -- expect: true	a ends 3
