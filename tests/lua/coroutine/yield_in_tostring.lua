-- fife only
local t = setmetatable({}, { __tostring = function() return coroutine.yield("asked") end })
local co = coroutine.wrap(function() return tostring(t) .. "!" end)
print(co()) -- expect: asked
print(co("answer")) -- expect: answer!
