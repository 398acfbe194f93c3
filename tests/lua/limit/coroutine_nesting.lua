-- heavy
-- Endless nesting of coroutines stops with an error.
local function nest() return coroutine.wrap(nest)() end
local ok, message = pcall(nest)
print(ok, message:find("C stack overflow", 1, true) ~= nil) -- expect: false	true
