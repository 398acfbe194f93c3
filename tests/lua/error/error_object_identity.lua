local e = setmetatable({}, { __tostring = function() return "E" end })
local ok, got = pcall(error, e)
print(ok, rawequal(got, e), tostring(got)) -- expect: false	true	E
local ok2, got2 = xpcall(error, function(x) return x end, e)
print(rawequal(got2, e)) -- expect: true
local co = coroutine.create(function() error(e) end)
print(select(2, coroutine.resume(co)) == e) -- expect: true
