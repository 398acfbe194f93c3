-- An error in the handler goes to the handler again, until it gives up.
local calls = 0
local ok, e = xpcall(error, function(e)
  calls = calls + 1
  if calls < 3 then error("again " .. calls, 0) end
  return "at last: " .. tostring(e)
end, "first")
print(ok, e, calls) -- expect: false	at last: again 2	3
