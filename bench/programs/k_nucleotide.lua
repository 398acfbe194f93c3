-- Short strings cut from a long one, counted as keys, and sorted by their counts.
-- After the k-nucleotide and fasta programs of the Computer Language Benchmarks Game.
local N = tonumber(arg and arg[1]) or 200000
local seed = 42
local function random()
  seed = (seed * 3877 + 29573) % 139968
  return seed / 139968
end
local choices = { { "a", 0.3029549426680 }, { "c", 0.1979883004921 }, { "g", 0.1975473066391 }, { "t", 0.3015094502008 } }
local pieces = {}
for i = 1, N do
  local r, sum, letter = random(), 0, "t"
  for _, choice in ipairs(choices) do
    sum = sum + choice[2]
    if r < sum then
      letter = choice[1]
      break
    end
  end
  pieces[i] = letter
end
local text = table.concat(pieces):upper()

local function count(length)
  local counts = {}
  for i = 1, #text - length + 1 do
    local piece = text:sub(i, i + length - 1)
    counts[piece] = (counts[piece] or 0) + 1
  end
  return counts
end
local check = 0
for length = 1, 2 do
  local list = {}
  for piece, n in pairs(count(length)) do list[#list + 1] = { piece = piece, n = n } end
  table.sort(list, function(a, b)
    if a.n == b.n then return a.piece < b.piece end
    return a.n > b.n
  end)
  for i, entry in ipairs(list) do
    check = (check * 31 + entry.n + entry.piece:byte() * i) % 1000000007
    local line = string.format("%s %.3f", entry.piece, entry.n * 100 / (#text - length + 1))
    check = (check + #line) % 1000000007
  end
end
for _, piece in ipairs { "GGT", "GGTA", "GGTATT", "GGTATTTTAATT" } do
  check = (check * 17 + (count(#piece)[piece] or 0)) % 1000000007
end
print(string.format("k_nucleotide %d", check))
