-- Many coroutines at once, each resumed several times. Largest: 100000
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
for _ = 1, rounds do
  local t = {}
  for i = 1, n do
    t[i] = coroutine.create(function(a)
      while true do a = coroutine.yield(a + 1) end
    end)
  end
  for r = 1, 4 do
    for i = 1, n do coroutine.resume(t[i], r) end
  end
end
