-- fife only
local co = coroutine.wrap(function()
  local f = load(function() return coroutine.yield("more?") end)
  return f()
end)
print(co()) print(co("return ")) print(co("6 * 7")) print(co(nil))
-- expect: more?
-- expect: more?
-- expect: more?
-- expect: 42
