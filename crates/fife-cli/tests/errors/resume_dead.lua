local step = coroutine.wrap(function() end)
step()
step()
