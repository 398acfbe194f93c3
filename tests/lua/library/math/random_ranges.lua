-- heavy
local ok = true
for i = 1, 200 do
  local f, a, b, c = math.random(), math.random(6), math.random(-3, 3), math.random(math.mininteger, math.maxinteger)
  local inside = f >= 0 and f < 1 and a >= 1 and a <= 6 and b >= -3 and b <= 3
  if not inside or math.type(a) ~= "integer" or math.type(f) ~= "float" or math.type(c) ~= "integer" then
    ok = false
  end
end
print(ok, math.random(5, 5), math.type(math.random(0))) -- expect: true	5	integer
print(pcall(math.random, 0.5)) -- expect: false	bad argument #1 to 'math.random' (number has no integer representation)
print(pcall(math.random, 2, 1)) -- expect: false	bad argument #1 to 'math.random' (interval is empty)
print(pcall(math.random, 1, 2, 3)) -- expect: false	wrong number of arguments
print(pcall(math.random, -1)) -- expect: false	bad argument #1 to 'math.random' (interval is empty)
print(pcall(math.random, "x")) -- expect: false	bad argument #1 to 'math.random' (number expected, got string)
print(math.random(3.0) <= 3) -- expect: true
