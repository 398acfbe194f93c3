-- Negative and sparse keys, lines compared as strings, copies of tables: the shortest edit script between two texts.
-- After Myers, "An O(ND) difference algorithm and its variations" (1986).
local N = tonumber(arg and arg[1]) or 1800
local function lines_of(count, seed)
  local lines = {}
  for i = 1, count do
    seed = seed * 16807 % 2147483647
    lines[i] = "line " .. (seed % 7 == 0 and seed % 50 or i % 90)
  end
  return lines
end
local function script(a, b)
  local n, m = #a, #b
  local v, trace = { [1] = 0 }, {}
  for d = 0, n + m do
    local copy = {}
    for k, x in pairs(v) do copy[k] = x end
    trace[d] = copy
    for k = -d, d, 2 do
      local x
      if k == -d or (k ~= d and v[k - 1] < v[k + 1]) then x = v[k + 1] else x = v[k - 1] + 1 end
      local y = x - k
      while x < n and y < m and a[x + 1] == b[y + 1] do x, y = x + 1, y + 1 end
      v[k] = x
      if x >= n and y >= m then return trace, d end
    end
  end
end
local function edits(a, b)
  local trace, distance = script(a, b)
  local x, y, out = #a, #b, {}
  for d = distance, 1, -1 do
    local v, k = trace[d], x - y
    local before
    if k == -d or (k ~= d and v[k - 1] < v[k + 1]) then before = k + 1 else before = k - 1 end
    local px = v[before]
    local py = px - before
    while x > px and y > py do x, y = x - 1, y - 1 end
    if x == px then out[#out + 1] = "+" .. b[y] else out[#out + 1] = "-" .. a[x] end
    x, y = px, py
  end
  return out, distance
end
local total, check = 0, 0
for round = 1, 3 do
  local out, d = edits(lines_of(N, round), lines_of(N - 10, round + 77))
  total = total + d
  for i = 1, #out do check = (check * 31 + #out[i] + out[i]:byte()) % 1000000007 end
end
print(string.format("diff_myers %d %d", total, check))
