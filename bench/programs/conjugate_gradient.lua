-- Sparse matrices as tables of tables keyed by whole floats, dot products, and vectors that are made anew for each
-- step.
-- After Hestenes and Stiefel, "Methods of conjugate gradients for solving linear systems" (1952).
local N = tonumber(arg and arg[1]) or 84
local function add_to(m, i, j, v)
  local row = m[i]
  if not row then
    row = {}
    m[i] = row
  end
  row[j] = (row[j] or 0) + v
end
-- the equation of heat on a square grid, its places numbered by floats as where numbers are divided
local function grid(n)
  local m = {}
  for y = 0, n - 1 do
    for x = 0, n - 1 do
      local at = (y * n + x) * 2 / 2 + 1
      add_to(m, at, at, 4)
      if x > 0 then add_to(m, at, at - 1, -1) end
      if x < n - 1 then add_to(m, at, at + 1, -1) end
      if y > 0 then add_to(m, at, at - n, -1) end
      if y < n - 1 then add_to(m, at, at + n, -1) end
    end
  end
  return m
end
local function times(m, v)
  local result = {}
  for i, row in pairs(m) do
    local sum = 0
    for j, value in pairs(row) do sum = sum + value * v[j] end
    result[i] = sum
  end
  return result
end
local function dot(a, b)
  local sum = 0
  for i = 1, #a do sum = sum + a[i] * b[i] end
  return sum
end
local function combine(a, k, b)
  local c = {}
  for i, x in ipairs(a) do c[i] = x + k * b[i] end
  return c
end
local m, n = grid(N), N * N
local b, x = {}, {}
for i = 1, n do
  b[i] = i % 7 - 3
  x[i] = 0
end
local r, p = b, b
local error_now, steps = dot(r, r), 0
while error_now > 1e-10 and steps < 400 do
  local mp = times(m, p)
  local alpha = error_now / dot(p, mp)
  x = combine(x, alpha, p)
  r = combine(r, -alpha, mp)
  local error_next = dot(r, r)
  p = combine(r, error_next / error_now, p)
  error_now = error_next
  steps = steps + 1
end
-- sums over pairs are in no certain order, so what is printed is rounded
local back = times(m, x)
local off = 0
for i = 1, n do off = math.max(off, math.abs(back[i] - b[i])) end
print(string.format("conjugate_gradient %d %s", math.floor(x[math.floor(n / 2)] * 1e5 + 0.5), off < 1e-4 and "solved" or "not solved"))
