local co = coroutine.wrap(function()
  for i = 1, 3 do
    local ok, v = pcall(function()
      local r = coroutine.yield(i) if r == "fail" then error("failed at " .. i, 0) end return r
    end)
    print(ok, v)
  end
  return "finished"
end)
print(co()) -- expect: 1
print(co("fine"))
-- expect: true	fine
-- expect: 2
print(co("fail"))
-- expect: false	failed at 2
-- expect: 3
print(co("last"))
-- expect: true	last
-- expect: finished
