local co = coroutine.create(coroutine.yield)
print(coroutine.resume(co, 1, 2)) -- expect: true	1	2
print(coroutine.resume(co, 3)) -- expect: true	3
print(coroutine.status(co)) -- expect: dead
print(coroutine.resume(co)) -- expect: false	cannot resume dead coroutine
local w = coroutine.wrap(pcall)
print(w(coroutine.yield, "through pcall")) -- expect: through pcall
print(w("back")) -- expect: true	back
