local get
local co = coroutine.wrap(function()
  local v = 1
  get = function() v = v + 1 return v end
  coroutine.yield(get())
  v = 10
end)
print(co(), get()) -- expect: 2	3
co()
print(get()) -- expect: 11
