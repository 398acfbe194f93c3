local f = coroutine.wrap(function()
  local a <close> = setmetatable({}, { __close = function(_, e) print("closed with", e) end }) error("boom", 0)
end)
print(pcall(f))
-- expect: closed with	boom
-- expect: false	boom
local g = coroutine.wrap(function()
  local a <close> = setmetatable({}, { __close = function(_, e) error("second", 0) end }) error("first", 0)
end)
print(pcall(g)) -- expect: false	second
