print(xpcall(function() -- expect: true	false	inner e
  return xpcall(error, function(e) return "inner " .. e end, "e") end, function(e) return "outer " .. e
end))
print(xpcall(function() -- expect: false	outer second
  xpcall(error, function(e) return "inner " .. e end, "e") error("second", 0) end, function(e) return "outer " .. e
end))
print(xpcall(function() -- expect: false	handled after first
  local ok, e = pcall(error, "first", 0) error("after " .. e, 0) end, function(e) return "handled " .. e
end))
