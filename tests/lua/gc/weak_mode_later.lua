-- gc-visible: a collection between two changes of the mode removes what the second would keep
-- The mode at the time of a collection counts: it may be set, changed or removed after the table was filled.
local meta = {}
local t = setmetatable({}, meta)
t[1] = {}
collectgarbage()
print(t[1] ~= nil) -- expect: true
meta.__mode = "v"
collectgarbage()
print(t[1]) -- expect: nil
t[1] = {}
meta.__mode = nil
collectgarbage()
print(t[1] ~= nil) -- expect: true
setmetatable(t, {__mode = "v"})
setmetatable(t, nil)
collectgarbage()
print(t[1] ~= nil) -- expect: true
