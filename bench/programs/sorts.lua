-- Comparators as arguments, on fields and on strings: quicksort, merge sort of lists, heapsort, shellsort and insertion
-- written in Lua.
-- After Hoare (1961), Williams (1964), Shell (1959) and Knuth, "Sorting and searching" (1973).
local N = tonumber(arg and arg[1]) or 30000
local floor = math.floor
local function insertion(a, low, high, less)
  for i = low + 1, high do
    local v, j = a[i], i - 1
    while j >= low and less(v, a[j]) do
      a[j + 1] = a[j]
      j = j - 1
    end
    a[j + 1] = v
  end
end
local function quick(a, low, high, less)
  while high - low > 12 do
    local pivot = a[floor((low + high) / 2)]
    local i, j = low, high
    while i <= j do
      while less(a[i], pivot) do i = i + 1 end
      while less(pivot, a[j]) do j = j - 1 end
      if i <= j then
        a[i], a[j] = a[j], a[i]
        i, j = i + 1, j - 1
      end
    end
    if j - low < high - i then
      quick(a, low, j, less)
      low = i
    else
      quick(a, i, high, less)
      high = j
    end
  end
  insertion(a, low, high, less)
end
local function heap(a, n, less)
  local function sift(at, last)
    local v = a[at]
    while at * 2 <= last do
      local child = at * 2
      if child < last and less(a[child], a[child + 1]) then child = child + 1 end
      if not less(v, a[child]) then break end
      a[at] = a[child]
      at = child
    end
    a[at] = v
  end
  for i = floor(n / 2), 1, -1 do sift(i, n) end
  for i = n, 2, -1 do
    a[1], a[i] = a[i], a[1]
    sift(1, i - 1)
  end
end
local function shell(a, n, less)
  local gap = 1
  while gap < n / 3 do gap = gap * 3 + 1 end
  while gap >= 1 do
    for i = gap + 1, n do
      local v, j = a[i], i - gap
      while j >= 1 and less(v, a[j]) do
        a[j + gap] = a[j]
        j = j - gap
      end
      a[j + gap] = v
    end
    gap = (gap - 1) / 3
  end
end
-- of linked lists, from the bottom up
local function merge_lists(list, less)
  local function merge(a, b)
    local head = {}
    local tail = head
    while a and b do
      if less(b, a) then
        tail.next, b = b, b.next
      else
        tail.next, a = a, a.next
      end
      tail = tail.next
    end
    tail.next = a or b
    return head.next
  end
  local bins, top = {}, 0
  while list do
    local node = list
    list = list.next
    node.next = nil
    local i = 1
    while bins[i] do
      node = merge(bins[i], node)
      bins[i] = nil
      i = i + 1
    end
    bins[i] = node
    if i > top then top = i end
  end
  local result
  for i = 1, top do
    if bins[i] then result = result and merge(bins[i], result) or bins[i] end
  end
  return result
end
local seed = 1
local function records()
  local list = {}
  for i = 1, N do
    seed = seed * 16807 % 2147483647
    list[i] = { key = seed % 2000, name = "n" .. seed % 977, id = i, ratio = seed / 1000 }
  end
  return list
end
local function by_key(a, b)
  if a.key ~= b.key then return a.key < b.key end
  return a.id < b.id
end
local function by_name(a, b) return a.name < b.name or a.name == b.name and a.id < b.id end
local function by_ratio(a, b) return a.ratio > b.ratio end
local check = 0
local function sum(list)
  for i = 1, N, 17 do check = (check * 31 + list[i].id) % 1000000007 end
end
local list = records()
quick(list, 1, N, by_key)
sum(list)
quick(list, 1, N, by_name)
sum(list)
list = records()
heap(list, N, by_ratio)
sum(list)
list = records()
shell(list, N, by_key)
sum(list)
list = records()
for i = 1, N - 1 do list[i].next = list[i + 1] end
local node, at = merge_lists(list[1], function(a, b) return a.name < b.name end), 0
while node do
  at = at + 1
  check = (check * 3 + node.id) % 1000000007
  node = node.next
end
print(string.format("sorts %d %d", at, check))
