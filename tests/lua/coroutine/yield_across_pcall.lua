local co = coroutine.wrap(function()
  local ok, a = pcall(function() local x = coroutine.yield("inside") error("after " .. x, 0) end)
  print(ok, a)
  print(pcall(coroutine.yield, "direct"))
  return "end"
end)
print(co()) -- expect: inside
print(co("resumed"))
-- expect: false	after resumed
-- expect: direct
print(co("value"))
-- expect: true	value
-- expect: end
