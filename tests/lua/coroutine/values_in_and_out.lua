local co = coroutine.create(function(a, b)
  print("start", a, b)
  local c, d = coroutine.yield(a + b)
  print("resumed", c, d)
  local e = coroutine.yield()
  print("again", e)
  return "end", e
end)
print(coroutine.resume(co, 1, 2))
-- expect: start	1	2
-- expect: true	3
print(coroutine.resume(co, "x", "y"))
-- expect: resumed	x	y
-- expect: true
print(coroutine.resume(co, nil))
-- expect: again	nil
-- expect: true	end	nil
print(coroutine.resume(co)) -- expect: false	cannot resume dead coroutine
print(coroutine.status(co)) -- expect: dead
