-- A trie of one-byte strings as keys, a queue that fills its links, and a text run through it letter by letter.
-- After Aho and Corasick, "Efficient string matching: an aid to bibliographic search" (1975).
local N = tonumber(arg and arg[1]) or 130
local function build(words)
  local root = { depth = 0, output = {} }
  root.fail = root
  for _, word in ipairs(words) do
    local node = root
    for letter in word:gmatch(".") do
      local child = node[letter]
      if not child then
        child = { depth = node.depth + 1, output = {} }
        node[letter] = child
      end
      node = child
    end
    table.insert(node.output, word)
  end
  local queue, head = {}, 1
  for letter, child in pairs(root) do
    if #letter == 1 then
      child.fail = root
      queue[#queue + 1] = child
    end
  end
  while queue[head] do
    local node = queue[head]
    queue[head] = nil
    head = head + 1
    local tail = head
    while queue[tail] do tail = tail + 1 end
    for letter, child in pairs(node) do
      if #letter == 1 then
        local fail = node.fail
        while fail ~= root and not fail[letter] do fail = fail.fail end
        child.fail = fail[letter] or root
        if child.fail == child then child.fail = root end
        for _, word in ipairs(child.fail.output) do table.insert(child.output, word) end
        queue[tail] = child
        tail = tail + 1
      end
    end
  end
  return root
end
local function scan(root, text, visit)
  local node, sub = root, string.sub
  for i = 1, #text do
    local letter = sub(text, i, i)
    while node ~= root and not node[letter] do node = node.fail end
    node = node[letter] or root
    local output = node.output
    for j = 1, #output do visit(output[j], i) end
  end
end
local words = { "he", "she", "his", "hers", "the", "them", "these", "here", "there", "in", "ing", "tion", "on", "ion", "and", "an", "a" }
local seed, pieces = 33, {}
for i = 1, 4000 do
  seed = seed * 16807 % 2147483647
  pieces[i] = words[seed % #words + 1] .. (seed % 5 == 0 and " " or "")
end
local text, counts, check = table.concat(pieces), {}, 0
for round = 1, N do
  local root = build(words)
  scan(root, text, function(word, at)
    counts[word] = (counts[word] or 0) + 1
    check = (check + at * #word) % 1000000007
  end)
  text = text:sub(2) .. text:sub(1, 1)
end
local total = 0
for _, word in ipairs(words) do total = (total * 31 + (counts[word] or 0)) % 1000000007 end
print(string.format("aho_corasick %d %d", total, check))
