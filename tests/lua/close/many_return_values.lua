local function f(...)
  local c <close> = setmetatable({}, { __close = function(...) local a, b, c, d, e = 1, 2, 3, 4, 5 return a, b end })
  return ...
end
print(f(10, 20, 30, 40, 50, 60)) -- expect: 10	20	30	40	50	60
