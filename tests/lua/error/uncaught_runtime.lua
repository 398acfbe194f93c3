print("before") -- expect: before
local t = {}
t.x.y = 1
-- expect error: uncaught_runtime.lua:3: attempt to index a nil value (field 'x')
