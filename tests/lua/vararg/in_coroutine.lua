local co = coroutine.wrap(function(...)
  local n = select("#", ...)
  while true do n = select("#", coroutine.yield(n, ...)) end
end)
print(co("a", nil)) print(co()) print(co(1, 2, 3))
-- expect: 2	a	nil
-- expect: 0	a	nil
-- expect: 3	a	nil
