-- fife only
-- A comparator may yield.
local t = { 3, 1, 2 }
local co = coroutine.create(function()
  table.sort(t, function(a, b) coroutine.yield() return a < b end) return "sorted"
end)
local ok, result
local turns = 0
repeat ok, result = coroutine.resume(co) turns = turns + 1 until coroutine.status(co) == "dead"
print(ok, result, turns > 2, table.concat(t, " ")) -- expect: true	sorted	true	1 2 3
