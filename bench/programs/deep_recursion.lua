-- Recursion thousands of levels deep, and calls that are no tail calls by a hair: Ackermann's and Takeuchi's functions,
-- lists.
-- After Ackermann (1928) in Péter's form, Takeuchi (1978), and the list functions of any Lisp.
local N = tonumber(arg and arg[1]) or 34
local function ackermann(m, n)
  if m == 0 then return n + 1 end
  if n == 0 then return ackermann(m - 1, 1) end
  return ackermann(m - 1, ackermann(m, n - 1))
end
local function tak(x, y, z)
  if y >= x then return z end
  return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))
end
local function list(n) return n > 0 and { n, list(n - 1) } or nil end
local function length(l) return l and 1 + length(l[2]) or 0 end
local function append(a, b)
  if not a then return b end
  return { a[1], (append(a[2], b)) }
end
local function sum(l)
  if not l then return 0 end
  local rest = sum(l[2])
  return l[1] + rest
end
local is_even, is_odd
function is_even(n)
  if n == 0 then return true end
  return (is_odd(n - 1))
end
function is_odd(n)
  if n == 0 then return false end
  return (is_even(n - 1))
end
local total = 0
for round = 1, N do
  total = total + ackermann(2, 200 + round) + ackermann(3, 5) + tak(14, 8, round % 4)
  local l = list(3000)
  total = total + length(append(l, l)) + sum(l)
  for i = 1, 10 do
    if is_even(4000 + i) then total = total + i end
  end
end
print(string.format("deep_recursion %d", total))
