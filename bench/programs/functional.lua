-- Varargs and select: compose, curry, partial application, zip, folds and maps over lists, with functions made by
-- functions.
local N = tonumber(arg and arg[1]) or 14000
local unpack, select = table.unpack or unpack, select
local function map(f, list)
  local out = {}
  for i, v in ipairs(list) do out[i] = f(v, i) end
  return out
end
local function filter(f, list)
  local out = {}
  for _, v in ipairs(list) do
    if f(v) then out[#out + 1] = v end
  end
  return out
end
local function fold(f, start, ...)
  for i = 1, select("#", ...) do start = f(start, (select(i, ...))) end
  return start
end
local function compose(...)
  local functions, n = { ... }, select("#", ...)
  return function(...)
    local results, count = { ... }, select("#", ...)
    for i = n, 1, -1 do
      results = { functions[i](unpack(results, 1, count)) }
      count = #results
    end
    return unpack(results, 1, count)
  end
end
local function partial(f, ...)
  local bound, n = { ... }, select("#", ...)
  return function(...)
    local all = {}
    for i = 1, n do all[i] = bound[i] end
    for i = 1, select("#", ...) do all[n + i] = (select(i, ...)) end
    return f(unpack(all))
  end
end
local function curry(f, n)
  if n <= 1 then return f end
  return function(x)
    return curry(function(...) return f(x, ...) end, n - 1)
  end
end
local function zip(...)
  local lists, out = { ... }, {}
  local shortest = math.huge
  for _, list in ipairs(lists) do shortest = math.min(shortest, #list) end
  for i = 1, shortest do
    local row = {}
    for j = 1, #lists do row[j] = lists[j][i] end
    out[i] = row
  end
  return out
end
local function last(...) return (select(-1, ...)) end
local function reverse(...)
  local n = select("#", ...)
  if n == 0 then return end
  local function go(i, ...)
    if i == 0 then return ... end
    return go(i - 1, ...)
  end
  local t = {}
  for i = 1, n do t[n - i + 1] = (select(i, ...)) end
  return go(3, unpack(t, 1, n))
end
local function add(a, b) return a + b end
local swap_twice = compose(reverse, reverse)
local add3 = curry(function(a, b, c) return a * 100 + b * 10 + c end, 3)
local numbers, total = {}, 0
for i = 1, 12 do numbers[i] = i * i % 13 end
for i = 1, N do
  local scale = partial(function(k, x) return k * x end, i % 5 + 1)
  local scaled = map(scale, numbers)
  local even = filter(function(v) return v % 2 == 0 end, scaled)
  total = (total + fold(add, 0, unpack(scaled)) + #even + fold(math.max, 0, unpack(even))) % 1000000007
  local a, b, c = swap_twice(i, 2, 3)
  total = total + a % 3 + b + c + last(reverse(1, 2, i % 4))
  total = total + add3(i % 9)(2)(3)
  for _, row in ipairs(zip(numbers, scaled, even)) do total = total + row[1] - row[2] + row[3] end
end
print(string.format("functional %d", total))
