local cache = setmetatable({}, {
  __index = function(t, k)
    local co = coroutine.wrap(function()
      local n = 0
      while true do
        n = n + 1
        coroutine.yield(k .. n)
      end
    end)
    rawset(t, k, co)
    return co
  end,
})
print(cache.a(), cache.a(), cache.b(), cache.a(), cache.b()) -- expect: a1	a2	b1	a3	b2
