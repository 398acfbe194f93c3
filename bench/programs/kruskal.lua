-- Sorting records by a comparator on two fields, then sets joined in arrays: spanning trees, and their components.
-- After Kruskal, "On the shortest spanning subtree of a graph" (1956), and Tarjan's union-find (1975).
local N = tonumber(arg and arg[1]) or 100000
local Sets = {}
Sets.__index = Sets
function Sets.new(n)
  local parent, rank = {}, {}
  for i = 1, n do parent[i], rank[i] = i, 0 end
  return setmetatable({ parent = parent, rank = rank, count = n }, Sets)
end
function Sets:find(x)
  local parent = self.parent
  local root = x
  while parent[root] ~= root do root = parent[root] end
  while parent[x] ~= root do parent[x], x = root, parent[x] end
  return root
end
function Sets:join(a, b)
  a, b = self:find(a), self:find(b)
  if a == b then return false end
  local rank = self.rank
  if rank[a] < rank[b] then a, b = b, a end
  self.parent[b] = a
  if rank[a] == rank[b] then rank[a] = rank[a] + 1 end
  self.count = self.count - 1
  return true
end
local seed, edges, nodes = 5, {}, N / 4
for i = 1, N do
  seed = seed * 16807 % 2147483647
  local from = seed % nodes + 1
  seed = seed * 16807 % 2147483647
  edges[i] = { from = from, to = seed % nodes + 1, weight = seed % 1000, id = i }
end
table.sort(edges, function(a, b)
  if a.weight ~= b.weight then return a.weight < b.weight end
  return a.id < b.id
end)
local sets, total, check = Sets.new(nodes), 0, 0
for _, edge in ipairs(edges) do
  if sets:join(edge.from, edge.to) then
    total = total + edge.weight
    check = (check * 31 + edge.id) % 1000000007
  end
end
print(string.format("kruskal %d %d %d", total, sets.count, check))
