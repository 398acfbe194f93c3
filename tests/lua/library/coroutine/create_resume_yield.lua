local co = coroutine.create(function(...) local n = select("#", ...) while true do n = n + select("#", coroutine.yield(n)) end end)
print(coroutine.resume(co, 1, 2)) print(coroutine.resume(co)) print(coroutine.resume(co, nil, nil, nil)) print(coroutine.status(co))
-- expect: true	2
-- expect: true	2
-- expect: true	5
-- expect: suspended
