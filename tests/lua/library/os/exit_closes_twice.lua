-- A closing method may exit, too.
local a <close> = setmetatable({}, { __close = function() print("a") end })
local b <close> = setmetatable({}, { __close = function() print("b") os.exit(0) end })
coroutine.wrap(function() os.exit(1, true) end)() -- expect: b
