local function closer(message)
  return setmetatable({}, { __close = function(_, e) print("closing", e) if message then error(message, 0) end end })
end
local co = coroutine.create(function()
  local a <close> = closer() local b <close> = closer("from b") local c <close> = closer("from c") coroutine.yield()
end)
coroutine.resume(co)
print(coroutine.close(co))
-- expect: closing	nil
-- expect: closing	from c
-- expect: closing	from b
-- expect: false	from b
print(coroutine.status(co), coroutine.close(co)) -- expect: dead	true
