-- gc-visible: an earlier collection calls the finalizers earlier
-- A finalizer cannot yield, but may run its own coroutines; the coroutine it interrupts continues.
setmetatable({}, {__gc = function()
  print(pcall(coroutine.yield, 1))
  print(coroutine.isyieldable())
  print(coroutine.wrap(function() coroutine.yield(coroutine.isyieldable()) end)())
end})
local co = coroutine.wrap(function()
  collectgarbage()
  coroutine.yield("out")
end)
print(co())
-- expect: false	attempt to yield across a C-call boundary
-- expect: false
-- expect: true
-- expect: out
