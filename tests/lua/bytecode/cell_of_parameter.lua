local function counter(n)
  return function() n = n - 1 return n end, function() return n end
end
local down, now = counter(3)
down() down()
print(now()) -- expect: 1
local function both(first, second)
  local swap = function() first, second = second, first end
  swap()
  return first, second
end
print(both("a", "b")) -- expect: b	a
