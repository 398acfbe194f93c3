local co = coroutine.create(function() error("message") end)
print(coroutine.resume(co)) -- expect: false	errors_in_body.lua:1: message
print(coroutine.status(co)) -- expect: dead
print(coroutine.resume(co)) -- expect: false	cannot resume dead coroutine
print(coroutine.resume(coroutine.create(function() error({}) end)) == false) -- expect: true
print(coroutine.resume(coroutine.create(function() error(nil) end))) -- expect: false	nil
print(coroutine.resume(coroutine.create(function() return 1 + {} end))) -- expect: false	errors_in_body.lua:7: attempt to perform arithmetic on a table value
print(coroutine.resume(coroutine.create(function() -- expect: true	false	cannot resume non-suspended coroutine
  local co = coroutine.running() coroutine.yield(coroutine.resume(co))
end)))
