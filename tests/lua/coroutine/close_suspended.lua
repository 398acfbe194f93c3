local co = coroutine.create(function()
  local a <close> = setmetatable({}, { __close = function(_, e) print("closed", e) end }) coroutine.yield() print("never")
end)
print(coroutine.resume(co)) -- expect: true
print(coroutine.close(co), coroutine.status(co))
-- expect: closed	nil
-- expect: true	dead
print(coroutine.close(co)) -- expect: true
print(coroutine.resume(co)) -- expect: false	cannot resume dead coroutine
