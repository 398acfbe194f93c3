-- The handler runs while the failed call is still there.
local log = {}
local closer = setmetatable({}, { __close = function() log[#log + 1] = "closed" end })
print(xpcall(function() -- expect: false	e
  local c <close> = closer error("e", 0) end, function(e) log[#log + 1] = "handler" return e
end))
print(table.concat(log, " ")) -- expect: handler closed
