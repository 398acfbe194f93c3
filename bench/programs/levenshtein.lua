-- Two rows of integers that take turns, and math.min in the innermost loop: distances between words.
-- After Wagner and Fischer, "The string-to-string correction problem" (1974).
local N = tonumber(arg and arg[1]) or 170
local min, byte = math.min, string.byte
local function distance(a, b)
  local previous, current = {}, {}
  for j = 0, #b do previous[j] = j end
  for i = 1, #a do
    current[0] = i
    local letter = byte(a, i)
    for j = 1, #b do
      local cost = letter == byte(b, j) and 0 or 1
      current[j] = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost)
    end
    previous, current = current, previous
  end
  return previous[#b]
end
local syllables = { "ka", "lo", "mi", "ne", "tur", "sa", "pre", "gor", "vi", "ent" }
local words, seed = {}, 5
for i = 1, N do
  local word = ""
  for _ = 1, 3 + i % 3 do
    seed = seed * 16807 % 2147483647
    word = word .. syllables[seed % 10 + 1]
  end
  words[i] = word
end
local sum, nearest = 0, 0
for i = 1, N do
  local best = math.huge
  for j = 1, N do
    if i ~= j then
      local d = distance(words[i], words[j])
      sum = sum + d
      best = min(best, d)
    end
  end
  nearest = nearest + best
end
print(string.format("levenshtein %d %d", sum, nearest))
