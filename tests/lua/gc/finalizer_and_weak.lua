-- An object to be finalized leaves weak values before that, and weak keys after it.
local values = setmetatable({}, {__mode = "v"})
local keys = setmetatable({}, {__mode = "k"})
local object = setmetatable({}, {__gc = function(self) print(values.x, keys[self]) end})
values.x = object
keys[object] = "info"
object = nil
collectgarbage() -- expect: nil	info
collectgarbage()
print(next(keys)) -- expect: nil
