-- Mixed comparisons: integers against math.huge and against floats, in three nested loops over rows; paths put together
-- after.
-- After Floyd, "Algorithm 97: shortest path" (1962), and Warshall (1962).
local N = tonumber(arg and arg[1]) or 260
local huge = math.huge
local distance, via = {}, {}
local seed = 3
for i = 1, N do
  local row = {}
  for j = 1, N do
    seed = seed * 16807 % 2147483647
    if i == j then
      row[j] = 0
    elseif seed % 12 == 0 then
      -- weights are integers, and floats with and without a fraction
      row[j] = seed % 3 == 0 and seed % 400 / 4 or seed % 100 + 1
    else
      row[j] = huge
    end
  end
  distance[i], via[i] = row, {}
end
for k = 1, N do
  local middle = distance[k]
  for i = 1, N do
    local row, first = distance[i], distance[i][k]
    if first ~= huge and i ~= k then
      for j = 1, N do
        local there = first + middle[j]
        if there < row[j] then
          row[j] = there
          via[i][j] = k
        end
      end
    end
  end
end
local function path(i, j, out)
  local k = via[i][j]
  if k then
    path(i, k, out)
    path(k, j, out)
  else
    out[#out + 1] = j
  end
  return out
end
local sum, hops, unreachable = 0, 0, 0
for i = 1, N do
  for j = 1, N do
    local d = distance[i][j]
    if d == huge then
      unreachable = unreachable + 1
    else
      sum = sum + d
      if (i + j) % 5 == 0 then hops = hops + #path(i, j, {}) end
    end
  end
end
print(string.format("floyd_warshall %d %d %d", math.floor(sum * 4), hops, unreachable))
