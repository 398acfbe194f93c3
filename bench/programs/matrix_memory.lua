-- Memory-bound: square matrices in one array each, multiplied in the order that misses the cache, then transposed.
local N = tonumber(arg and arg[1]) or 210
local function fill(n, factor)
  local m = {}
  for i = 0, n * n - 1 do m[i + 1] = (i * factor) % 17 - 8 end
  return m
end
local function multiply(a, b, n)
  local c = {}
  for i = 0, n - 1 do
    for j = 1, n do
      local sum, at = 0, i * n
      for k = 1, n do sum = sum + a[at + k] * b[(k - 1) * n + j] end
      c[at + j] = sum
    end
  end
  return c
end
local function transpose(a, n)
  local t = {}
  for i = 1, n do
    for j = 1, n do t[(i - 1) * n + j] = a[(j - 1) * n + i] end
  end
  return t
end
local a, b = fill(N, 7), fill(N, 11)
local c = transpose(multiply(a, b, N), N)
local trace, sum = 0, 0
for i = 1, N do trace = trace + c[(i - 1) * N + i] end
for i = 1, N * N do sum = (sum * 3 + c[i]) % 1000003 end
print(string.format("matrix_memory %d %d", trace, sum))
