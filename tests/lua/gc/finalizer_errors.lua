-- An error in a finalizer does not reach the running code, and other finalizers are called after it.
setmetatable({}, {__gc = function() print("second") end})
setmetatable({}, {__gc = function() error("first") end})
setmetatable({}, {__gc = 1})
print(pcall(collectgarbage))
-- expect: second
-- expect: true	0
