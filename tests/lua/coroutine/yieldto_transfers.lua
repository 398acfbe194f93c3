-- fife only
-- yieldto suspends the running coroutine; the target inherits its resumer.
local a, b
b = coroutine.create(function(x) print("b got", x) return "b is done" end)
a = coroutine.create(function()
  print("a starts") print("a again", coroutine.yieldto(b, "from a")) return "a is done"
end)
print(coroutine.resume(a))
-- expect: a starts
-- expect: b got	from a
-- expect: true	b is done
print(coroutine.status(a), coroutine.status(b)) -- expect: suspended	dead
print(coroutine.resume(a, "from main"))
-- expect: a again	from main
-- expect: true	a is done
print(coroutine.status(a)) -- expect: dead
