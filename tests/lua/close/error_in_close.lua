local function closer(name, fails)
  return setmetatable({}, {
    __close = function(_, e) print(name, e) if fails then error("error from " .. name, 0) end end,
  })
end
print(pcall(function()
  local a <close> = closer("a")
  local b <close> = closer("b", true)
  local c <close> = closer("c")
  return "result lost"
end))
-- expect: c	nil
-- expect: b	nil
-- expect: a	error from b
-- expect: false	error from b
print(pcall(function()
  local a <close> = closer("a", true)
  local b <close> = closer("b", true)
  error("body", 0)
end))
-- expect: b	body
-- expect: a	error from b
-- expect: false	error from a
