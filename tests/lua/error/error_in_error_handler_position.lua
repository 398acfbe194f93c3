print(xpcall(function() error("first") end, function(m) return m .. " / seen" end)) -- expect: false	error_in_error_handler_position.lua:1: first / seen
print(xpcall(function() local t = nil; t() end, function(m) return (m:gsub("^.-: ", "")) end)) -- expect: false	attempt to call a nil value (local 't')
print(pcall(xpcall, function() error("x", 0) end, function(m) return m:upper() end)) -- expect: true	false	X
