-- A heap ordered by a field, recursion that builds codes, and a long string of bits written and read.
-- After Huffman, "A method for the construction of minimum-redundancy codes" (1952).
local N = tonumber(arg and arg[1]) or 200000
local letters, seed = {}, 17
for i = 1, N do
  seed = seed * 16807 % 2147483647
  local r = seed % 1000
  letters[i] = string.char(97 + math.floor((r / 1000) ^ 3 * 26))
end
local text = table.concat(letters)

local function count(s)
  local counts = {}
  for letter in s:gmatch(".") do counts[letter] = (counts[letter] or 0) + 1 end
  return counts
end
local function build(counts)
  local nodes = {}
  for letter, n in pairs(counts) do nodes[#nodes + 1] = { letter = letter, n = n } end
  while #nodes > 1 do
    table.sort(nodes, function(a, b)
      if a.n ~= b.n then return a.n > b.n end
      return (a.letter or "") > (b.letter or "")
    end)
    local right, left = table.remove(nodes), table.remove(nodes)
    nodes[#nodes + 1] = { n = left.n + right.n, left = left, right = right, letter = math.min(left.n, right.n) .. "#" .. #nodes }
  end
  return nodes[1]
end
local function codes_of(node, prefix, codes)
  if node.left then
    codes_of(node.left, prefix .. "0", codes)
    codes_of(node.right, prefix .. "1", codes)
  else
    codes[node.letter] = prefix
  end
  return codes
end
local function decode(bits, tree)
  local out, node = {}, tree
  for i = 1, #bits do
    if bits:byte(i) == 48 then node = node.left else node = node.right end
    if not node.left then
      out[#out + 1] = node.letter
      node = tree
    end
  end
  return table.concat(out)
end
local length, check = 0, 0
for round = 1, 3 do
  local tree = build(count(text))
  local codes = codes_of(tree, "", {})
  local bits = text:gsub(".", codes)
  length = length + #bits
  local again = decode(bits, tree)
  assert(again == text)
  text = again:sub(2) .. again:sub(1, 1)
  check = (check * 31 + text:byte(round)) % 1009
end
print(string.format("huffman %d %d", length, check))
