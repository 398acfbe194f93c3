-- gc-visible: an earlier collection calls the finalizers earlier
-- Only a `__gc` that exists when the metatable is set marks an object for finalization; the function to call is looked
-- up at the end.
local late = {}
setmetatable({}, late)
late.__gc = function() print("never") end
collectgarbage()
local meta = {__gc = true}
setmetatable({}, meta)
meta.__gc = function() print("called") end
collectgarbage() -- expect: called
setmetatable({}, {__gc = false})
collectgarbage()
local removed = {__gc = print}
setmetatable({}, removed)
removed.__gc = nil
collectgarbage()
print("end") -- expect: end
