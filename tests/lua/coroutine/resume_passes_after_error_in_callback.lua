local co = coroutine.create(function()
  local ok, e = pcall(function() coroutine.yield(1) local t = nil return t.x end)
  coroutine.yield(ok, e)
  return "alive"
end)
print(coroutine.resume(co)) print(coroutine.resume(co)) print(coroutine.resume(co)) print(coroutine.status(co))
-- expect: true	1
-- expect: true	false	resume_passes_after_error_in_callback.lua:2: attempt to index a nil value (local 't')
-- expect: true	alive
-- expect: dead
