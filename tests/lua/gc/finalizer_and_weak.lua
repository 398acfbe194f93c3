-- An object that is finalized is gone from weak values before, and from weak keys after that.
local values = setmetatable({}, {__mode = "v"})
local keys = setmetatable({}, {__mode = "k"})
local object = setmetatable({}, {__gc = function(self) print(values.x, keys[self]) end})
values.x = object
keys[object] = "info"
object = nil
collectgarbage() -- expect: nil	info
collectgarbage()
print(next(keys)) -- expect: nil
