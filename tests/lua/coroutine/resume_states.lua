local co
co = coroutine.create(function() print(coroutine.resume(co)) return "end" end)
print(coroutine.resume(co))
-- expect: false	cannot resume non-suspended coroutine
-- expect: true	end
print(coroutine.resume(co)) -- expect: false	cannot resume dead coroutine
local outer
outer = coroutine.create(function()
  local inner = coroutine.create(function() return coroutine.resume(outer) end)
  return coroutine.resume(inner)
end)
print(coroutine.resume(outer)) -- expect: true	true	false	cannot resume non-suspended coroutine
print(coroutine.resume(coroutine.running())) -- expect: false	cannot resume non-suspended coroutine
print(pcall(coroutine.resume)) -- expect: false	bad argument #1 to 'coroutine.resume' (thread expected, got no value)
print(pcall(coroutine.resume, {})) -- expect: false	bad argument #1 to 'coroutine.resume' (thread expected, got table)
