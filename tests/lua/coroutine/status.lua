local co
co = coroutine.create(function()
  print(coroutine.status(co))
  local inner = coroutine.create(function() print(coroutine.status(co)) end)
  coroutine.resume(inner)
  print(coroutine.status(inner))
  coroutine.yield()
end)
print(coroutine.status(co)) -- expect: suspended
coroutine.resume(co)
-- expect: running
-- expect: normal
-- expect: dead
print(coroutine.status(co)) -- expect: suspended
coroutine.resume(co)
print(coroutine.status(co)) -- expect: dead
print(pcall(coroutine.status)) -- expect: false	bad argument #1 to 'coroutine.status' (thread expected, got no value)
print(pcall(coroutine.status, 5)) -- expect: false	bad argument #1 to 'coroutine.status' (thread expected, got number)
