local co = coroutine.wrap(function(...)
  local n = select("#", ...)
  while true do n = select("#", coroutine.yield(n, ...)) end
end)
print(co("a", nil)) -- expect: 2	a	nil
print(co()) -- expect: 0	a	nil
print(co(1, 2, 3)) -- expect: 3	a	nil
