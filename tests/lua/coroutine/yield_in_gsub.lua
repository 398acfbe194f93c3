-- fife only
local co = coroutine.wrap(function() return (("a b c"):gsub("%a", function(c) return coroutine.yield(c) end)) end)
print(co()) print(co("1")) print(co(nil)) print(co("3"))
-- expect: a
-- expect: b
-- expect: c
-- expect: 1 b 3
