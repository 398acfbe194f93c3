-- Queues and windows: the greatest of each window over a series, a moving average in a ring, and a median kept in
-- order.
local N = tonumber(arg and arg[1]) or 500000
local WINDOW = 64
local floor, insert, remove = math.floor, table.insert, table.remove
local series, seed = {}, 99
for i = 1, N do
  seed = seed * 16807 % 2147483647
  series[i] = seed % 10007
end
-- the indices of candidates, greatest first; the ends of the queue move on for ever
local queue, first, last, maxima = {}, 1, 0, 0
for i = 1, N do
  while last >= first and series[queue[last]] <= series[i] do
    queue[last] = nil
    last = last - 1
  end
  last = last + 1
  queue[last] = i
  if queue[first] <= i - WINDOW then
    queue[first] = nil
    first = first + 1
  end
  if i >= WINDOW then maxima = (maxima + series[queue[first]]) % 1000000007 end
end
local ring, total, averages = {}, 0, 0
for i = 0, WINDOW - 1 do ring[i] = 0 end
for i = 1, N do
  local at = i % WINDOW
  total = total + series[i] - ring[at]
  ring[at] = series[i]
  averages = averages + floor(total / WINDOW)
end
local function position(list, value)
  local low, high = 1, #list + 1
  while low < high do
    local middle = floor((low + high) / 2)
    if list[middle] < value then low = middle + 1 else high = middle end
  end
  return low
end
local ordered, medians = {}, 0
for i = 1, N / 4 do
  insert(ordered, position(ordered, series[i]), series[i])
  if #ordered > WINDOW then remove(ordered, position(ordered, series[i - WINDOW])) end
  medians = medians + ordered[floor((#ordered + 1) / 2)]
end
print(string.format("window_maximum %d %d %d", maxima, averages, medians))
