-- The most frequent words of a text, by default of this one.
--   fife examples/lua/words.lua [FILE [COUNT]]
local file = assert(io.open(arg[1] or arg[0]))
local count_max = tonumber(arg[2]) or 10

local counts, words = {}, {}
for line in file:lines() do
  for word in line:lower():gmatch("%a+") do
    if not counts[word] then
      counts[word] = 0
      words[#words + 1] = word
    end
    counts[word] = counts[word] + 1
  end
end
file:close()

table.sort(words, function(a, b)
  if counts[a] ~= counts[b] then return counts[a] > counts[b] end
  return a < b
end)
for index = 1, math.min(count_max, #words) do
  print(("%6d  %s"):format(counts[words[index]], words[index]))
end
