local function f(a, b)
  local g = function() return a, b end
  a = a + 1
  b = b .. "!"
  return g
end
print(f(1, "x")()) -- expect: 2	x!
