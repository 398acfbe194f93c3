local t = setmetatable({}, {
  __newindex = function(t, k, v) coroutine.yield("set " .. tostring(k)) rawset(t, k, v) end,
})
local co = coroutine.wrap(function() t.x = 1 t[2] = "two" local k = "key" t[k] = true return "done" end)
print(co()) -- expect: set x
print(co()) -- expect: set 2
print(co()) -- expect: set key
print(co()) -- expect: done
print(t.x, t[2], t.key) -- expect: 1	two	true
