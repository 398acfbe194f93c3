-- The name is that of the variable in scope on the failing line.
print(pcall(function() -- expect: false	local_names_by_scope.lua:5: attempt to index a nil value (local 'second')
  do local first = {} end
  local second
  return second.x
end))
print(pcall(function() -- expect: false	local_names_by_scope.lua:10: attempt to call a nil value (local 'b')
  local a = 1
  local b
  do local c b() end
end))
print(pcall(function(param) -- expect: false	local_names_by_scope.lua:13: attempt to index a nil value (local 'inner')
  for i = 1, 1 do local inner = param inner.x = i end
end))
print(pcall(function() for index = 1, 2 do index() end end)) -- expect: false	local_names_by_scope.lua:15: attempt to call a number value (local 'index')
print(pcall(function() for key, value in pairs { 1 } do value() end end)) -- expect: false	local_names_by_scope.lua:16: attempt to call a number value (local 'value')
