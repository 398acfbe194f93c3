print(coroutine.close(coroutine.create(print))) -- expect: true
local dead = coroutine.create(function() end)
coroutine.resume(dead)
print(coroutine.close(dead)) -- expect: true
local failed = coroutine.create(function() error("why", 0) end)
print(coroutine.resume(failed)) -- expect: false	why
print(coroutine.close(failed)) -- expect: false	why
print(coroutine.close(failed)) -- expect: true
print(pcall(coroutine.close, (coroutine.running()))) -- expect: false	cannot close a running coroutine
local co
co = coroutine.create(function()
  print(pcall(coroutine.close, co)) local inner = coroutine.wrap(function() print(pcall(coroutine.close, co)) end) inner()
end)
coroutine.resume(co)
-- expect: false	cannot close a running coroutine
-- expect: false	cannot close a normal coroutine
print(pcall(coroutine.close)) -- expect: false	bad argument #1 to 'coroutine.close' (thread expected, got no value)
print(pcall(coroutine.close, 1)) -- expect: false	bad argument #1 to 'coroutine.close' (thread expected, got number)
