-- heavy
-- Coroutines that resume coroutines without end stop with an error.
local function nest() return coroutine.wrap(nest)() end
local ok, message = pcall(nest)
print(ok, message:find("C stack overflow", 1, true) ~= nil) -- expect: false	true
