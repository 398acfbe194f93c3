local function reverse(x, ...)
  if select("#", ...) == 0 then return x end
  local function append(y, ...) return ... end
  local t = { reverse(...) }
  t[#t + 1] = x
  return table.unpack(t)
end
print(reverse(1, 2, 3, 4, 5)) -- expect: 5	4	3	2	1
local function sum(x, ...) if x == nil then return 0 end return x + sum(...) end
print(sum(1, 2, 3, 4)) -- expect: 10
