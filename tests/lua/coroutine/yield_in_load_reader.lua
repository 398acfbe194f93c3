-- fife only
local co = coroutine.wrap(function()
  local f = load(function() return coroutine.yield("more?") end)
  return f()
end)
print(co()) -- expect: more?
print(co("return ")) -- expect: more?
print(co("6 * 7")) -- expect: more?
print(co(nil)) -- expect: 42
