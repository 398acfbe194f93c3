-- A binary heap ordered by a field, with a comparator and stores of nil at its end: shortest paths in a random graph.
-- After Dijkstra, "A note on two problems in connexion with graphs" (1959), and Williams, "Heapsort" (1964).
local N = tonumber(arg and arg[1]) or 22000
local Heap = {}
Heap.__index = Heap
function Heap.new(before) return setmetatable({ before = before, n = 0 }, Heap) end
function Heap:push(item)
  local at = self.n + 1
  self.n = at
  while at > 1 do
    local parent = math.floor(at / 2)
    if not self.before(item, self[parent]) then break end
    self[at] = self[parent]
    at = parent
  end
  self[at] = item
end
function Heap:pop()
  local n = self.n
  if n == 0 then return nil end
  local top, last = self[1], self[n]
  self[n] = nil
  self.n = n - 1
  if n == 1 then return top end
  local at = 1
  while at * 2 < n do
    local child = at * 2
    if child + 1 < n and self.before(self[child + 1], self[child]) then child = child + 1 end
    if not self.before(self[child], last) then break end
    self[at] = self[child]
    at = child
  end
  self[at] = last
  return top
end

local seed = 1
local function random(n)
  seed = seed * 16807 % 2147483647
  return seed % n + 1
end
local nodes = {}
for i = 1, N do nodes[i] = { id = i, edges = {} } end
for i = 1, N do
  for _ = 1, 4 do
    local to = nodes[random(N)]
    table.insert(nodes[i].edges, { to = to, cost = random(100) })
  end
  table.insert(nodes[i].edges, { to = nodes[i % N + 1], cost = 90 })
end
local function distances(source)
  local distance, done = { [source] = 0 }, {}
  local heap = Heap.new(function(a, b) return a.distance < b.distance end)
  heap:push({ node = source, distance = 0 })
  while true do
    local entry = heap:pop()
    if not entry then break end
    local node = entry.node
    if not done[node] then
      done[node] = true
      for _, edge in ipairs(node.edges) do
        local there = entry.distance + edge.cost
        local known = distance[edge.to]
        if not known or there < known then
          distance[edge.to] = there
          heap:push({ node = edge.to, distance = there })
        end
      end
    end
  end
  return distance
end
local check = 0
for round = 1, 2 do
  local distance = distances(nodes[round * 17])
  for i = 1, N do check = (check * 7 + distance[nodes[i]]) % 1000000007 end
end
print(string.format("dijkstra %d", check))
