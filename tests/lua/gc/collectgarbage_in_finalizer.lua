-- In a finalizer the collector does not do what it is told.
setmetatable({}, {__gc = function()
  print(collectgarbage(), collectgarbage("count"), collectgarbage("isrunning"))
end})
collectgarbage() -- expect: nil	nil	nil
