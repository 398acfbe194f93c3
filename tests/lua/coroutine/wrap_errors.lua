-- wrap propagates errors; a string message gets the caller's position.
local f = coroutine.wrap(function() error("plain", 0) end)
print(pcall(f)) -- expect: false	plain
print(pcall(f)) -- expect: false	cannot resume dead coroutine
local g = coroutine.wrap(function() error("positioned") end)
print(pcall(g)) -- expect: false	wrap_errors.lua:5: positioned
local h = coroutine.wrap(function() error({ code = 5 }) end)
local ok, e = pcall(h)
print(ok, type(e), e.code) -- expect: false	table	5
local k = coroutine.wrap(function() local x = nil; x.y = 1 end)
print(pcall(k)) -- expect: false	wrap_errors.lua:10: attempt to index a nil value (local 'x')
print(pcall(k)) -- expect: false	cannot resume dead coroutine
local n = coroutine.wrap(function() error() end)
print(pcall(n)) -- expect: false	nil
