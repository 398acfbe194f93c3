xpcall(error, function() error("again") end)
local ok, message = xpcall(error, function(m) return error(m) end, "x")
error(message, 0)
