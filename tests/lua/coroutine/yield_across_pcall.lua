local co = coroutine.wrap(function()
  local ok, a = pcall(function() local x = coroutine.yield("inside") error("after " .. x, 0) end)
  print(ok, a)
  print(pcall(coroutine.yield, "direct"))
  return "end"
end)
print(co()) print(co("resumed")) print(co("value"))
-- expect: inside
-- expect: false	after resumed
-- expect: direct
-- expect: true	value
-- expect: end
