local co = coroutine.wrap(function() local x = nil + 1 end)
print("before") -- expect: before
co()
-- expect error: uncaught_in_coroutine.lua:3: uncaught_in_coroutine.lua:1: attempt to perform arithmetic on a nil value
