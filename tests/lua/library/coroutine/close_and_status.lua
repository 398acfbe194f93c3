local co = coroutine.create(coroutine.yield)
print(coroutine.status(co), coroutine.resume(co, "v"), coroutine.close(co), coroutine.status(co)) -- expect: suspended	true	true	dead
