-- Nodes of several levels whose links are keys 1, 2, 3 beside fields; random heights; numbers compared and removed.
-- After Pugh, "Skip lists: a probabilistic alternative to balanced trees" (1990).
local N = tonumber(arg and arg[1]) or 52000
local LEVELS = 12
local seed = 12
local function random()
  seed = seed * 16807 % 2147483647
  return seed / 2147483647
end
local SkipList = {}
SkipList.__index = SkipList
function SkipList.new() return setmetatable({ head = { key = -math.huge }, level = 1, size = 0 }, SkipList) end
function SkipList:path(key)
  local update, node = {}, self.head
  for level = self.level, 1, -1 do
    local next_node = node[level]
    while next_node and next_node.key < key do
      node = next_node
      next_node = node[level]
    end
    update[level] = node
  end
  return update
end
function SkipList:insert(key, value)
  local update = self:path(key)
  local node = update[1][1]
  if node and node.key == key then
    node.value = value
    return
  end
  local height = 1
  while random() < 0.25 and height < LEVELS do height = height + 1 end
  for level = self.level + 1, height do update[level] = self.head end
  if height > self.level then self.level = height end
  node = { key = key, value = value }
  for level = 1, height do
    node[level] = update[level][level]
    update[level][level] = node
  end
  self.size = self.size + 1
end
function SkipList:remove(key)
  local update = self:path(key)
  local node = update[1][1]
  if not node or node.key ~= key then return false end
  for level = 1, self.level do
    if update[level][level] ~= node then break end
    update[level][level] = node[level]
  end
  while self.level > 1 and self.head[self.level] == nil do self.level = self.level - 1 end
  self.size = self.size - 1
  return true
end
function SkipList:find(key)
  local node = self.head
  for level = self.level, 1, -1 do
    while node[level] and node[level].key < key do node = node[level] end
  end
  node = node[1]
  return node and node.key == key and node.value or nil
end
function SkipList:range(from, to)
  local node = self:path(from)[1][1]
  return function()
    local current = node
    if not current or current.key > to then return nil end
    node = current[1]
    return current.key, current.value
  end
end
local list, check, removed = SkipList.new(), 0, 0
for i = 1, N do list:insert(math.floor(random() * 1000000), i) end
for i = 1, N do
  local value = list:find(i * 71 % 1000000)
  if value then check = (check * 3 + value) % 1000000007 end
end
for i = 0, 999000, 9000 do
  for key, value in list:range(i, i + 3000) do check = (check + key * 3 + value) % 1000000007 end
end
for i = 0, 999999, 97 do
  if list:remove(i) then removed = removed + 1 end
end
print(string.format("skip_list %d %d %d", list.size, removed, check))
