local co = coroutine.create(coroutine.yield)
print(coroutine.resume(co, 1, 2)) print(coroutine.resume(co, 3)) print(coroutine.status(co)) print(coroutine.resume(co))
-- expect: true	1	2
-- expect: true	3
-- expect: dead
-- expect: false	cannot resume dead coroutine
local w = coroutine.wrap(pcall)
print(w(coroutine.yield, "through pcall")) print(w("back"))
-- expect: through pcall
-- expect: true	back
