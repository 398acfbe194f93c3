local t = setmetatable({}, { __pairs = function(t) coroutine.yield("__pairs") return next, { only = 1 }, nil end })
local co = coroutine.wrap(function() for k, v in pairs(t) do coroutine.yield(k, v) end return "end" end)
print(co()) -- expect: __pairs
print(co()) -- expect: only	1
print(co()) -- expect: end
