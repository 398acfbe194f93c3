local function closer(name) return setmetatable({}, { __close = function(_, e) coroutine.yield("closing " .. name, e) end }) end
local co = coroutine.wrap(function()
  do local a <close> = closer("a") local b <close> = closer("b") end
  local c <close> = closer("c")
  return "result", 2
end)
print(co()) print(co()) print(co()) print(co())
-- expect: closing b	nil
-- expect: closing a	nil
-- expect: closing c	nil
-- expect: result	2
