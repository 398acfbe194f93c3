-- Locals and temporaries survive a yield.
local co = coroutine.wrap(function(a, ...)
  local x, y, z = 1, { 2 }, "three"
  local s = x + coroutine.yield("first") + y[1]
  local t = { x, coroutine.yield("second"), z, coroutine.yield("third") }
  return s, #t, t[2], t[3], t[4], a, ...
end)
print(co("arg", "v1", "v2")) -- expect: first
print(co(10)) -- expect: second
print(co("two")) -- expect: third
print(co("four", "five")) -- expect: 13	5	two	three	four	arg	v1	v2
