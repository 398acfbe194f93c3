local function closer(name)
  return setmetatable({}, { __close = function(_, e) coroutine.yield(name .. " sees " .. tostring(e)) end })
end
local co = coroutine.wrap(function()
  print(pcall(function()
    local a <close> = closer("a")
    local b <close> = closer("b")
    error("oops", 0)
  end))
  return "end"
end)
print(co()) -- expect: b sees oops
print(co()) -- expect: a sees oops
print(co())
-- expect: false	oops
-- expect: end
