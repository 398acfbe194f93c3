-- fife only
local ping, pong
ping = coroutine.create(function(n)
  while n > 0 do print("ping", n) n = coroutine.yieldto(pong, n - 1) end
  return "ping ends"
end)
pong = coroutine.create(function(n)
  while n > 0 do print("pong", n) n = coroutine.yieldto(ping, n - 1) end
  return "pong ends"
end)
print(coroutine.resume(ping, 5))
-- expect: ping	5
-- expect: pong	4
-- expect: ping	3
-- expect: pong	2
-- expect: ping	1
-- expect: true	pong ends
print(coroutine.status(ping), coroutine.status(pong)) -- expect: suspended	dead
