-- Arguments that a native does not look at are gone while it waits for Lua: when it fails, they must not be shown to the
-- collector.
local function litter() for i = 1, 20 do local t = {} end end
package.searchers = { litter }
local function fail(...) require("x", {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}) end
print(xpcall(fail, function(message) litter() return type(message) end)) -- expect: false	string
-- A coroutine that fails shows its slots as they are then.
local co = coroutine.create(fail)
print((coroutine.resume(co))) -- expect: false
litter()
print((coroutine.close(co))) -- expect: false
