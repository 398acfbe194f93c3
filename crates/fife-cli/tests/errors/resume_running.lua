local step
step = coroutine.wrap(function() step() end)
step()
