-- Scattered integer keys: a table that remembers chain lengths of numbers far apart, looked up more often than stored.
-- After Collatz's problem (1937), with memory.
local N = tonumber(arg and arg[1]) or 500000
local lengths, best, at, stored = { [1] = 1 }, 0, 0, 0
local path = {}
for start = 1, N do
  local n, count = start, 0
  local known = lengths[n]
  while not known do
    count = count + 1
    path[count] = n
    if n % 2 == 0 then n = n / 2 else n = 3 * n + 1 end
    known = lengths[n]
  end
  for i = count, 1, -1 do
    known = known + 1
    lengths[path[i]] = known
    stored = stored + 1
  end
  if known > best then best, at = known, start end
end
print(string.format("collatz %d %d %d", best, at, stored))
