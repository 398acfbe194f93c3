print(coroutine.isyieldable()) -- expect: false
print(coroutine.wrap(function() return coroutine.isyieldable() end)()) -- expect: true
local co = coroutine.create(function() end)
print(coroutine.isyieldable(co), coroutine.isyieldable((coroutine.running()))) -- expect: true	false
print(pcall(coroutine.isyieldable, 5)) -- expect: false	bad argument #1 to 'coroutine.isyieldable' (thread expected, got number)
