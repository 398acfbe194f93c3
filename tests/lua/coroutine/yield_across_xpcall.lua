local co = coroutine.wrap(function()
  return xpcall(function(a) local b = coroutine.yield(a) error(b, 0) end, function(e) return "handled " .. e end, "arg")
end)
print(co()) -- expect: arg
print(co("oops")) -- expect: false	handled oops
