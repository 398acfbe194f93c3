-- A coroutine's body may itself be a function made by `wrap`; errors pass through.
print(pcall(coroutine.wrap(coroutine.wrap(function() error("x", 0) end)))) -- expect: false	x
local inner = coroutine.wrap(function(a)
  coroutine.yield(a + 1)
  error({})
end)
local outer = coroutine.create(inner)
print(coroutine.resume(outer, 1)) -- expect: true	2
print(coroutine.status(outer)) -- expect: dead
print(type(select(2, pcall(inner)))) -- expect: table
