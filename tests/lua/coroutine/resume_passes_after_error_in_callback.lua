local co = coroutine.create(function()
  local ok, e = pcall(function() coroutine.yield(1) local t = nil return t.x end)
  coroutine.yield(ok, e)
  return "alive"
end)
print(coroutine.resume(co)) -- expect: true	1
print(coroutine.resume(co)) -- expect: true	false	resume_passes_after_error_in_callback.lua:2: attempt to index a nil value (local 't')
print(coroutine.resume(co)) -- expect: true	alive
print(coroutine.status(co)) -- expect: dead
