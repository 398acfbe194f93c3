local function closer(name) return setmetatable({}, { __close = function(_, e) print(name, e) end }) end
print(pcall(function()
  local a <close> = closer("a")
  local b <close> = closer("b")
  error("body", 0)
end))
-- expect: b	body
-- expect: a	body
-- expect: false	body
print(pcall(function()
  local a <close> = closer("a")
  local x = nil
  return x.field
end))
-- expect: a	error_in_body.lua:13: attempt to index a nil value (local 'x')
-- expect: false	error_in_body.lua:13: attempt to index a nil value (local 'x')
