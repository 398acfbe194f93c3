print(coroutine.wrap(function() local co, main = coroutine.running() return type(co), main, coroutine.isyieldable() end)()) -- expect: thread	false	true
print(select(2, coroutine.running()), coroutine.isyieldable()) -- expect: true	false
