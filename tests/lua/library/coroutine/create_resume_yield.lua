local co = coroutine.create(function(...)
  local n = select("#", ...) while true do n = n + select("#", coroutine.yield(n)) end
end)
print(coroutine.resume(co, 1, 2)) -- expect: true	2
print(coroutine.resume(co)) -- expect: true	2
print(coroutine.resume(co, nil, nil, nil)) -- expect: true	5
print(coroutine.status(co)) -- expect: suspended
