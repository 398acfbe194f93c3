-- In a finalizer, the collector ignores requests.
setmetatable({}, {__gc = function()
  print(collectgarbage(), collectgarbage("count"), collectgarbage("isrunning"))
end})
collectgarbage() -- expect: nil	nil	nil
