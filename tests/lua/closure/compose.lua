local function compose(...)
  local fs = { ... }
  return function(x) for i = #fs, 1, -1 do x = fs[i](x) end return x end
end
local inc, double = function(x) return x + 1 end, function(x) return x * 2 end
print(compose(inc, double)(5), compose(double, inc)(5), compose()(5)) -- expect: 11	12	5
