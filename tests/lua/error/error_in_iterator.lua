print(pcall(function() for i in function() error("from the iterator") end do end end)) -- expect: false	error_in_iterator.lua:1: from the iterator
print(pcall(function() for i in function() error("level 2", 2) end do end end)) -- expect: false	error_in_iterator.lua:2: level 2
print(pcall(function() -- expect: false	from __pairs
  for k in pairs(setmetatable({}, { __pairs = function() error("from __pairs", 0) end })) do end
end))
