-- Words by gmatch, counted in a table, sorted by a comparator on two fields, and printed by format.
-- After the programs of Knuth and McIlroy in Bentley's "Programming pearls: a literate program" (1986).
local N = tonumber(arg and arg[1]) or 28
local seed, pieces = 21, {}
local consonants, vowels = "bcdfglmnprstv", "aeiou"
local function syllable()
  seed = seed * 16807 % 2147483647
  local c, v = seed % 13 + 1, math.floor(seed / 13) % 5 + 1
  return consonants:sub(c, c) .. vowels:sub(v, v)
end
for i = 1, 9000 do
  local word = syllable()
  for _ = 2, 1 + i % 3 do word = word .. syllable() end
  if i % 11 == 0 then word = word:sub(1, 1):upper() .. word:sub(2) end
  pieces[i] = word .. (i % 13 == 0 and ".\n" or i % 7 == 0 and ", " or " ")
end
local text, total, check = table.concat(pieces), 0, 0
for round = 1, N do
  local counts, list = {}, {}
  for word in text:gmatch("%a+") do
    word = word:lower()
    counts[word] = (counts[word] or 0) + 1
  end
  for word, n in pairs(counts) do list[#list + 1] = { word = word, n = n } end
  table.sort(list, function(a, b) return a.n > b.n or a.n == b.n and a.word < b.word end)
  for i = 1, 25 do
    local line = ("%7d %s"):format(list[i].n, list[i].word)
    total = total + #line
    check = (check * 31 + list[i].n * #list[i].word) % 1000000007
  end
  total = total + #list
  text = text:sub(100) .. text:sub(1, 99)
end
print(string.format("word_frequency %d %d", total, check))
