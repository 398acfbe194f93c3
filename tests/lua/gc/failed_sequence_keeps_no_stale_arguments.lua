-- While a native waits for Lua, arguments that it does not use may be freed: if it fails, the collector must not see
-- them.
local function litter() for i = 1, 20 do local t = {} end end
package.searchers = { litter }
local function fail(...) require("x", {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}) end
print(xpcall(fail, function(message) litter() return type(message) end)) -- expect: false	string
-- A failed coroutine shows its slots as they are at that time.
local co = coroutine.create(fail)
print((coroutine.resume(co))) -- expect: false
litter()
print((coroutine.close(co))) -- expect: false
