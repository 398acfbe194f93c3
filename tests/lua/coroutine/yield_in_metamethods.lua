local mt = {}
for _, e in ipairs {
  "__add", "__sub", "__concat", "__len", "__unm", "__call", "__index", "__band", "__idiv",
} do
  mt[e] = function(...) return coroutine.yield(e) end
end
local function run(f)
  local co = coroutine.wrap(f)
  print(co(), co("result"))
end
local m = setmetatable({}, mt)
run(function() return m + 1 end)
-- expect: __add	result
run(function() return 1 - m end)
-- expect: __sub	result
run(function() return "a" .. m end)
-- expect: __concat	result
run(function() return #m end)
-- expect: __len	result
run(function() return -m end)
-- expect: __unm	result
run(function() return m(1) end)
-- expect: __call	result
run(function() return m.field end)
-- expect: __index	result
run(function() return m & 1 end)
-- expect: __band	result
run(function() return m // 2 end)
-- expect: __idiv	result
run(function() return m[1] end)
-- expect: __index	result
