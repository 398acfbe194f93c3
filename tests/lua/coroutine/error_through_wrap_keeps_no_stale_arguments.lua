-- While a wrapped coroutine runs, its arguments may be freed: if it fails, the collector must not see them.
local co = coroutine.create(function(...)
  coroutine.wrap(function(...)
    for v in (function() undefined(function() end) end)() do end
  end)({}, coroutine.resume(coroutine.create(function() local f = function() end nothing() end)))
end)
print((coroutine.resume(co, 1, "two"))) -- expect: false
for i = 1, 20 do local t = {} end
print(coroutine.status(co)) -- expect: dead
