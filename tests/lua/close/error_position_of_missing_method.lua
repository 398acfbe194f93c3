local mt = { __close = function() end }
print(pcall(function() -- expect: false	error_position_of_missing_method.lua:5: attempt to call a nil value (metamethod 'close')
  local x <close> = setmetatable({}, mt)
  mt.__close = nil
end))
print(pcall(function() -- expect: false	error_position_of_missing_method.lua:10: attempt to call a number value (metamethod 'close')
  mt.__close = print
  local y <close> = setmetatable({}, mt)
  mt.__close = 5
end))
