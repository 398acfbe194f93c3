local co = coroutine.wrap(function() return coroutine.yield("tail") end)
print(co()) -- expect: tail
print(co("a", "b")) -- expect: a	b
local function loop(n) if n == 0 then return "bottom" end coroutine.yield(n) return loop(n - 1) end
local co2 = coroutine.wrap(loop)
print(co2(3), co2(), co2(), co2()) -- expect: 3	2	1	bottom
