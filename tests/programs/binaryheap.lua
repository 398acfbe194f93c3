-- Binary heaps: plain ones, and those that find values by a payload.
local heap = require "binaryheap"

local state = 12345
local function random(n)
  state = (state * 1103515245 + 12345) & 0x7fffffff
  return state % n + 1
end

for _, kind in ipairs {"minHeap", "maxHeap"} do
  local plain = heap[kind]()
  local values = {}
  for i = 1, 200 do
    values[i] = random(1000)
    plain:insert(values[i])
  end
  for i = 1, 50 do
    local at = random(plain:size())
    if i % 2 == 0 then plain:remove(at) else plain:update(at, random(1000)) end
  end
  local out = {}
  while plain:size() > 0 do out[#out + 1] = plain:pop() end
  print(kind, #out, table.concat(out, " "))
  print(plain:peek(), plain:pop(), plain:size())
end

for _, kind in ipairs {"minUnique", "maxUnique"} do
  local unique = heap[kind](kind == "minUnique" and function(a, b) return a < b end or function(a, b) return a > b end)
  for i = 1, 100 do unique:insert(random(1000), "p" .. i) end
  for i = 1, 100, 3 do unique:remove("p" .. i) end
  for i = 2, 100, 3 do unique:update("p" .. i, random(1000)) end
  print(kind, unique:size(), unique:peek())
  print(unique:valueByPayload("p2"), unique:valueByPayload("p1"), unique:peekValue())
  print(pcall(unique.insert, unique, 5, "p2"))
  print(pcall(unique.insert, unique, nil, "q"))
  print(unique:remove("nothing"))
  local parts = {}
  while unique:size() > 0 do
    local payload, value = unique:pop()
    parts[#parts + 1] = payload .. "=" .. value
  end
  -- Equal values may come out in any order.
  table.sort(parts)
  print(table.concat(parts, " "))
end
