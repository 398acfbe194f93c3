-- fife only
local co = coroutine.create(function() print("never") end)
print((pcall(coroutine.yieldto, co))) -- expect: false
print(coroutine.status(co)) -- expect: suspended
