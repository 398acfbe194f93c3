local main, is_main = coroutine.running()
print(type(main), is_main) -- expect: thread	true
local co = coroutine.create(function() local c, m = coroutine.running() coroutine.yield(c, m) return c end)
local _, c, m = coroutine.resume(co)
print(c == co, m, c == main) -- expect: true	false	false
print(select(2, coroutine.resume(co)) == co) -- expect: true
