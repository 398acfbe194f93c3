-- Float matrices as tables of rows: solving linear equations with partial pivoting, then the error that is left.
-- After the LINPACK benchmark of Dongarra, Bunch, Moler and Stewart (1979): dgefa, dgesl, daxpy.
local N = tonumber(arg and arg[1]) or 320
local abs = math.abs

local function matrix(n)
  local seed = 1325
  local a, b = {}, {}
  for i = 1, n do
    local row = {}
    for j = 1, n do
      seed = (3125 * seed) % 65536
      row[j] = (seed - 32768.0) / 16384.0
    end
    a[i] = row
  end
  for i = 1, n do
    local sum = 0.0
    for j = 1, n do sum = sum + a[i][j] end
    b[i] = sum
  end
  return a, b
end

local function axpy(n, from, factor, x, y)
  for i = from, n do y[i] = y[i] + factor * x[i] end
end

local function factor(a, n)
  local pivots = {}
  for k = 1, n - 1 do
    local p = k
    for i = k + 1, n do
      if abs(a[i][k]) > abs(a[p][k]) then p = i end
    end
    pivots[k] = p
    if p ~= k then a[p], a[k] = a[k], a[p] end
    local row = a[k]
    local inverse = -1.0 / row[k]
    for i = k + 1, n do
      local other = a[i]
      local m = other[k] * inverse
      other[k] = m
      axpy(n, k + 1, m, row, other)
    end
  end
  return pivots
end

local function solve(a, pivots, b, n)
  for k = 1, n - 1 do
    local p = pivots[k]
    if p ~= k then b[p], b[k] = b[k], b[p] end
  end
  for k = 1, n do
    local row, sum = a[k], b[k]
    for j = 1, k - 1 do sum = sum + row[j] * b[j] end
    b[k] = sum
  end
  for k = n, 1, -1 do
    local row, sum = a[k], b[k]
    for j = k + 1, n do sum = sum - row[j] * b[j] end
    b[k] = sum / row[k]
  end
end

local worst = 0
for round = 1, 2 do
  local a, b = matrix(N)
  local pivots = factor(a, N)
  solve(a, pivots, b, N)
  for i = 1, N do
    local off = abs(b[i] - 1)
    if off > worst then worst = off end
  end
end
print(string.format("linpack %d %s", N, worst < 1e-6 and "exact" or "wrong"))
