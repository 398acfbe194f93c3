-- Tables with objects as keys, entries deleted inside pairs, an explicit stack: a collector simulated on a heap that
-- changes.
-- After McCarthy's mark and sweep (1960), with Cheney's copying collector (1970) beside it.
local N = tonumber(arg and arg[1]) or 200
local seed = 77
local function random(n)
  seed = seed * 16807 % 2147483647
  return seed % n + 1
end
local heap, roots, count = {}, {}, 0
local function allocate(id)
  local object = { id = id, n = 0 }
  heap[object] = id
  count = count + 1
  return object
end
local function mark(from)
  local marked, stack, top = {}, {}, 0
  for _, root in pairs(from) do
    if not marked[root] then
      marked[root] = true
      top = top + 1
      stack[top] = root
    end
  end
  while top > 0 do
    local object = stack[top]
    stack[top] = nil
    top = top - 1
    for i = 1, object.n do
      local child = object[i]
      if not marked[child] then
        marked[child] = true
        top = top + 1
        stack[top] = child
      end
    end
  end
  return marked
end
local function sweep(marked)
  local freed = 0
  for object in pairs(heap) do
    if not marked[object] then
      heap[object] = nil
      freed = freed + 1
    end
  end
  return freed
end
local function copy(from)
  local forward, queue, head, tail = {}, {}, 1, 0
  local function visit(object)
    local there = forward[object]
    if not there then
      there = { id = object.id, n = object.n }
      forward[object] = there
      tail = tail + 1
      queue[tail] = object
    end
    return there
  end
  local new_roots = {}
  for name, root in pairs(from) do new_roots[name] = visit(root) end
  while head <= tail do
    local object = queue[head]
    queue[head] = nil
    head = head + 1
    local there = forward[object]
    for i = 1, object.n do there[i] = visit(object[i]) end
  end
  return new_roots, tail
end
local total, check = 0, 0
for round = 1, N do
  local fresh = {}
  for i = 1, 1500 do
    local object = allocate(count)
    fresh[i] = object
    if i > 1 then
      local parent = fresh[random(i - 1)]
      parent.n = parent.n + 1
      parent[parent.n] = object
    end
  end
  roots["round " .. round] = fresh[random(20)]
  if round > 5 then roots["round " .. (round - 5)] = nil end
  total = total + sweep(mark(roots))
  if round % 10 == 0 then
    local new_roots, copied = copy(roots)
    for object in pairs(heap) do heap[object] = nil end
    for object in pairs(mark(new_roots)) do heap[object] = object.id end
    roots = new_roots
    total = total + copied
  end
  for _, id in pairs(heap) do check = (check + id * 31) % 1000000007 end
end
print(string.format("mark_sweep %d %d", total, check))
