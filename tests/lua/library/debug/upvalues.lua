local function counter()
  local n, step = 0, 1
  return function() n = n + step return n end, function() return n end
end
local inc, get = counter()
inc()
print(debug.getupvalue(inc, 1)) -- expect: n	1
print(debug.getupvalue(inc, 2)) -- expect: step	1
print(debug.getupvalue(inc, 3)) -- expect:
print(debug.setupvalue(inc, 1, 10), inc(), get()) -- expect: n	11	11
print(debug.upvalueid(inc, 1) == debug.upvalueid(get, 1)) -- expect: true
local other = counter()
debug.upvaluejoin(get, 1, other, 1)
other() other() other()
print(get(), inc()) -- expect: 3	12
