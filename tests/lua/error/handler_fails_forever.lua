local ok, e = xpcall(error, function(e) error("always", 0) end, "first")
print(ok, type(e)) -- expect: false	string
print(pcall(function() return "alive" end)) -- expect: true	alive
