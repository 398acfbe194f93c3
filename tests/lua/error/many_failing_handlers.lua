local calls = 0
print(xpcall(error, function(message)
  calls = calls + 1
  if calls < 150 then error("again", 0) end
  return message
end, "first", 0))
print(calls)
-- expect: false	again
-- expect: 150
print(xpcall(error, function() error() end)) -- expect: false	error in error handling
