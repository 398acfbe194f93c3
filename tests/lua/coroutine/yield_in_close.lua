local function closer(name)
  return setmetatable({}, { __close = function(_, e) coroutine.yield("closing " .. name, e) end })
end
local co = coroutine.wrap(function()
  do local a <close> = closer("a") local b <close> = closer("b") end
  local c <close> = closer("c")
  return "result", 2
end)
print(co()) -- expect: closing b	nil
print(co()) -- expect: closing a	nil
print(co()) -- expect: closing c	nil
print(co()) -- expect: result	2
