local mt = getmetatable("")
local old = mt.__index
mt.__index = function(s, k) if type(k) == "number" then return s:sub(k, k) end return old[k] end
print(("hello")[1], ("hello")[5], ("x"):rep(2)) -- expect: h	o	xx
mt.__index = old
mt.__call = function(s, ...) return s:format(...) end
print(("%d-%d")(1, 2)) -- expect: 1-2
mt.__call = nil
mt.__unm = nil
print(pcall(function() return -"2" end)) -- expect: false	string_metatable.lua:10: attempt to perform arithmetic on a string value (constant '2')
