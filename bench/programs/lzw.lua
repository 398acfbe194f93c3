-- A dictionary of strings that grow by a letter each, looked up with what was just joined; then arrays of numbers.
-- After Welch, "A technique for high-performance data compression" (1984).
local N = tonumber(arg and arg[1]) or 45
local char, sub = string.char, string.sub
local function compress(text)
  local dictionary, size, out = {}, 256, {}
  for i = 0, 255 do dictionary[char(i)] = i end
  local w = ""
  for i = 1, #text do
    local c = sub(text, i, i)
    local wc = w .. c
    if dictionary[wc] then
      w = wc
    else
      out[#out + 1] = dictionary[w]
      if size < 4096 then
        dictionary[wc] = size
        size = size + 1
      end
      w = c
    end
  end
  out[#out + 1] = dictionary[w]
  return out
end
local function expand(codes)
  local dictionary, size = {}, 256
  for i = 0, 255 do dictionary[i] = char(i) end
  local w = dictionary[codes[1]]
  local out = { w }
  for i = 2, #codes do
    local code = codes[i]
    local entry = dictionary[code] or w .. sub(w, 1, 1)
    out[i] = entry
    if size < 4096 then
      dictionary[size] = w .. sub(entry, 1, 1)
      size = size + 1
    end
    w = entry
  end
  return table.concat(out)
end
local words = { "to", " be", " or", " not", " that", " is", " the", " question", ":", " whether", "\n" }
local pieces, seed = {}, 3
for i = 1, 12000 do
  seed = seed * 16807 % 2147483647
  pieces[i] = words[seed % #words + 1]
end
local text = table.concat(pieces)
local count, check = 0, 0
for round = 1, N do
  local codes = compress(text)
  count = count + #codes
  for i = 1, #codes do check = (check * 31 + codes[i]) % 1000000007 end
  local again = expand(codes)
  assert(again == text, "the text is not the same")
  text = again:reverse()
end
print(string.format("lzw %d %d", count, check))
