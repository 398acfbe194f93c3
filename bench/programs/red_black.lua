-- Mixed comparisons: a search tree whose keys are integers and floats by turns, with math.huge as its bounds.
-- After Sedgewick, "Left-leaning red-black trees" (2008).
local N = tonumber(arg and arg[1]) or 40000
local function rotate_left(h)
  local x = h.right
  h.right = x.left
  x.left = h
  x.red = h.red
  h.red = true
  return x
end
local function rotate_right(h)
  local x = h.left
  h.left = x.right
  x.right = h
  x.red = h.red
  h.red = true
  return x
end
local function flip(h)
  h.red = not h.red
  h.left.red = not h.left.red
  h.right.red = not h.right.red
end
local function is_red(h) return h ~= nil and h.red end
local function insert(h, key, value)
  if not h then return { key = key, value = value, red = true } end
  if key == h.key then
    h.value = value
  elseif key < h.key then
    h.left = insert(h.left, key, value)
  else
    h.right = insert(h.right, key, value)
  end
  if is_red(h.right) and not is_red(h.left) then h = rotate_left(h) end
  if is_red(h.left) and is_red(h.left.left) then h = rotate_right(h) end
  if is_red(h.left) and is_red(h.right) then flip(h) end
  return h
end
local function search(h, key)
  while h do
    if key == h.key then return h.value end
    if key < h.key then h = h.left else h = h.right end
  end
end
local function check_order(h, low, high)
  if not h then return 0 end
  assert(low < h.key and h.key < high)
  local left = check_order(h.left, low, h.key)
  local right = check_order(h.right, h.key, high)
  return 1 + (left > right and left or right)
end
local root, seed, sum = nil, 8, 0
for i = 1, N do
  seed = seed * 16807 % 2147483647
  local key = seed % (N * 2)
  -- every other key is a float: halves, and whole ones from a division
  if i % 4 == 1 then key = key + 0.5 elseif i % 4 == 3 then key = key * 2 / 2 end
  root = insert(root, key, i)
  root.red = false
end
local height = check_order(root, -math.huge, math.huge)
local found = 0
for i = 0, N * 2 - 1 do
  local value = search(root, i % 3 == 0 and i / 1 or i)
  if value then
    found = found + 1
    sum = (sum * 3 + value) % 1000000007
  end
  if search(root, i + 0.5) then found = found + 1 end
end
print(string.format("red_black %d %d %d", found, height, sum))
