local inner = coroutine.wrap(function() error("deep") end)
local outer = coroutine.wrap(function() inner() end)
outer()
