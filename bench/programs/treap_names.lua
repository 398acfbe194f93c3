-- Strings in order by <: a search tree of names, balanced by random priorities, with insertion, search, ranges and
-- deletion.
-- After Seidel and Aragon, "Randomized search trees" (1996).
local N = tonumber(arg and arg[1]) or 26000
local seed = 4711
local function random()
  seed = seed * 16807 % 2147483647
  return seed
end
local first = { "Ada", "Alan", "Barbara", "Donald", "Edsger", "Grace", "John", "Ken", "Margaret", "Niklaus", "Roberto", "Tony" }
local last = { "Backus", "Dijkstra", "Hamilton", "Hoare", "Hopper", "Ierusalimschy", "Knuth", "Liskov", "Lovelace", "McCarthy",
  "Thompson", "Turing", "Wirth" }
local function name()
  local r = random()
  return last[r % 13 + 1] .. ", " .. first[math.floor(r / 13) % 12 + 1] .. " " .. math.floor(r / 156) % 500
end
local function rotate_right(t)
  local l = t.left
  t.left, l.right = l.right, t
  return l
end
local function rotate_left(t)
  local r = t.right
  t.right, r.left = r.left, t
  return r
end
local function insert(t, key)
  if t == nil then return { key = key, priority = random(), count = 1 } end
  if key == t.key then
    t.count = t.count + 1
  elseif key < t.key then
    t.left = insert(t.left, key)
    if t.left.priority < t.priority then t = rotate_right(t) end
  else
    t.right = insert(t.right, key)
    if t.right.priority < t.priority then t = rotate_left(t) end
  end
  return t
end
local function remove(t, key)
  if not t then return nil, false end
  local gone
  if key < t.key then
    t.left, gone = remove(t.left, key)
  elseif key > t.key then
    t.right, gone = remove(t.right, key)
  elseif not t.left then
    return t.right, true
  elseif not t.right then
    return t.left, true
  elseif t.left.priority < t.right.priority then
    t = rotate_right(t)
    t.right, gone = remove(t.right, key)
  else
    t = rotate_left(t)
    t.left, gone = remove(t.left, key)
  end
  return t, gone
end
local function find(t, key)
  while t and t.key ~= key do
    if key < t.key then t = t.left else t = t.right end
  end
  return t
end
local function each(t, from, to, visit)
  if not t then return end
  if from <= t.key then each(t.left, from, to, visit) end
  if t.key >= from and t.key <= to then visit(t) end
  if t.key <= to then each(t.right, from, to, visit) end
end
local tree, names, check = nil, {}, 0
for i = 1, N do
  names[i] = name()
  tree = insert(tree, names[i])
end
for i = 1, N * 4 do
  local node = find(tree, i % 2 == 0 and names[i % N + 1] or name())
  if node then check = (check * 7 + node.count) % 1000000007 end
end
for i = 1, 24 do
  local from = last[i % 13 + 1]
  local previous = ""
  each(tree, from, from .. "~", function(node)
    if previous > node.key then error("out of order") end
    previous = node.key
    check = (check + #previous * node.count) % 1000000007
  end)
end
local removed = 0
for i = 1, N, 2 do
  local gone
  tree, gone = remove(tree, names[i])
  if gone then removed = removed + 1 end
end
print(string.format("treap_names %d %d", check, removed))
