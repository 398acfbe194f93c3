local mt = {
  __eq = function() return coroutine.yield("eq") end,
  __lt = function() return coroutine.yield("lt") end,
  __le = function() return coroutine.yield("le") end,
}
local a, b = setmetatable({}, mt), setmetatable({}, mt)
local function run(f, v)
  local co = coroutine.wrap(f)
  print(co(), co(v))
end
run(function() return a == b end, true)
-- expect: eq	true
run(function() return a ~= b end, 1)
-- expect: eq	false
run(function() return a < b end, nil)
-- expect: lt	false
run(function() return a <= b end, "x")
-- expect: le	true
run(function() return a > 1 end, true)
-- expect: lt	true
run(function() return 1 >= a end, false)
-- expect: le	false
run(function() if a < b then return "then" else return "else" end end, true)
-- expect: lt	then
run(function() if a == b then return "then" else return "else" end end, false)
-- expect: eq	else
run(function() if not (a <= b) then return "then" else return "else" end end, false)
-- expect: le	then
run(function() return a < b and "and" or "or" end, true)
-- expect: lt	and
