-- The last error wins; earlier ones are seen by later closers.
local seen = {}
local function closer(n)
  return setmetatable({}, { __close = function(_, e) seen[#seen + 1] = tostring(e) error("e" .. n, 0) end })
end
print(pcall(function() -- expect: false	e1
  local a <close> = closer(1) local b <close> = closer(2) local c <close> = closer(3) error("first", 0)
end))
print(table.concat(seen, " ")) -- expect: first e3 e2
