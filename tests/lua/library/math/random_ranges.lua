-- heavy
local ok = true
for i = 1, 200 do
  local f, a, b, c = math.random(), math.random(6), math.random(-3, 3), math.random(math.mininteger, math.maxinteger)
  if not (f >= 0 and f < 1 and a >= 1 and a <= 6 and b >= -3 and b <= 3) or math.type(a) ~= "integer" or math.type(f) ~= "float" or math.type(c) ~= "integer" then ok = false end
end
print(ok, math.random(5, 5), math.type(math.random(0))) -- expect: true	5	integer
print(pcall(math.random, 0.5)) print(pcall(math.random, 2, 1)) print(pcall(math.random, 1, 2, 3)) print(pcall(math.random, -1)) print(pcall(math.random, "x")) print(math.random(3.0) <= 3)
-- expect: false	bad argument #1 to 'math.random' (number has no integer representation)
-- expect: false	bad argument #1 to 'math.random' (interval is empty)
-- expect: false	wrong number of arguments
-- expect: false	bad argument #1 to 'math.random' (interval is empty)
-- expect: false	bad argument #1 to 'math.random' (number expected, got string)
-- expect: true
