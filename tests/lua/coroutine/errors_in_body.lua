local co = coroutine.create(function() error("message") end)
print(coroutine.resume(co)) print(coroutine.status(co)) print(coroutine.resume(co))
-- expect: false	errors_in_body.lua:1: message
-- expect: dead
-- expect: false	cannot resume dead coroutine
print(coroutine.resume(coroutine.create(function() error({}) end)) == false) -- expect: true
print(coroutine.resume(coroutine.create(function() error(nil) end))) -- expect: false	nil
print(coroutine.resume(coroutine.create(function() return 1 + {} end))) -- expect: false	errors_in_body.lua:8: attempt to perform arithmetic on a table value
print(coroutine.resume(coroutine.create(function() local co = coroutine.running() coroutine.yield(coroutine.resume(co)) end))) -- expect: true	false	cannot resume non-suspended coroutine
