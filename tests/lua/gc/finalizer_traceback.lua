-- gc-visible: an earlier collection calls the finalizer elsewhere
-- The code that a finalizer interrupts is below it on the stack.
setmetatable({}, {__gc = function() print((debug.traceback("in"):gsub("\n[^\n]*main chunk.*", ""))) end})
local function collect() collectgarbage() end
collect()
-- expect: in
-- expect: stack traceback:
-- expect: 	finalizer_traceback.lua:3: in metamethod '__gc'
-- expect: 	[C]: in function 'collectgarbage'
-- expect: 	finalizer_traceback.lua:4: in local 'collect'
