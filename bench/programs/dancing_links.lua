-- Linked rings in four directions, fields read and written, nodes taken out and put back: queens on boards as an exact
-- cover.
-- After Knuth, "Dancing links" (2000): Algorithm X.
local N = tonumber(arg and arg[1]) or 11
local Node = {}
Node.__index = Node
local function new_column(name, before)
  local c = setmetatable({ name = name, size = 0 }, Node)
  c.up, c.down, c.column = c, c, c
  if before then
    c.left, c.right = before, before.right
    before.right.left = c
    before.right = c
  else
    c.left, c.right = c, c
  end
  return c
end
local function cover(c)
  c.right.left, c.left.right = c.left, c.right
  local i = c.down
  while i ~= c do
    local j = i.right
    while j ~= i do
      j.down.up, j.up.down = j.up, j.down
      j.column.size = j.column.size - 1
      j = j.right
    end
    i = i.down
  end
end
local function uncover(c)
  local i = c.up
  while i ~= c do
    local j = i.left
    while j ~= i do
      j.column.size = j.column.size + 1
      j.down.up, j.up.down = j, j
      j = j.left
    end
    i = i.up
  end
  c.right.left, c.left.right = c, c
end
local updates = 0
local function search(root, found)
  if root.right == root then return found + 1 end
  local best, c = math.huge, root.right
  local column
  while c ~= root do
    if c.size < best then best, column = c.size, c end
    c = c.right
  end
  cover(column)
  local r = column.down
  while r ~= column do
    updates = updates + 1
    local j = r.right
    while j ~= r do
      cover(j.column)
      j = j.right
    end
    found = search(root, found)
    j = r.left
    while j ~= r do
      uncover(j.column)
      j = j.left
    end
    r = r.down
  end
  uncover(column)
  return found
end
local function add_row(columns, names)
  local first
  for _, name in ipairs(names) do
    local c = columns[name]
    local node = setmetatable({ column = c, up = c.up, down = c }, Node)
    c.up.down = node
    c.up = node
    c.size = c.size + 1
    if first then
      node.left, node.right = first.left, first
      first.left.right = node
      first.left = node
    else
      node.left, node.right = node, node
      first = node
    end
  end
end
-- queens on a board: rows and columns are to be covered; diagonals may be, so their columns are not in the ring
local function queens(n)
  local root = new_column("root")
  local columns = {}
  for i = 1, n do
    columns["r" .. i] = new_column("r" .. i, root)
    columns["c" .. i] = new_column("c" .. i, root)
  end
  for d = 1 - n, 2 * n do
    columns["a" .. d] = new_column("a" .. d)
    columns["b" .. d] = new_column("b" .. d)
  end
  for i = 1, n do
    for j = 1, n do add_row(columns, { "r" .. i, "c" .. j, "a" .. (i + j), "b" .. (i - j) }) end
  end
  return search(root, 0)
end
local found = 0
for n = 4, N do found = found * 3 + queens(n) end
print(string.format("dancing_links %d %d", found, updates))
