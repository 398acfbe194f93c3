local function sandbox()
  local _ENV = { print = print }
  x = 5
  print(x, _ENV.x, y)
  return _ENV
end
print(sandbox().x, x)
-- expect: 5	5	nil
-- expect: 5	nil
local function of(_ENV) return a + b end
print(of { a = 1, b = 2 }) -- expect: 3
