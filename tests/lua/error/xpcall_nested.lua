print(xpcall(function() return xpcall(error, function(e) return "inner " .. e end, "e") end, function(e) return "outer " .. e end)) -- expect: true	false	inner e
print(xpcall(function() xpcall(error, function(e) return "inner " .. e end, "e") error("second", 0) end, function(e) return "outer " .. e end)) -- expect: false	outer second
print(xpcall(function() local ok, e = pcall(error, "first", 0) error("after " .. e, 0) end, function(e) return "handled " .. e end)) -- expect: false	handled after first
