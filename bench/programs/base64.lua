-- Bytes to characters and back by arithmetic, in the style of Lua 5.1: math.floor, %, string.byte with several results.
-- After RFC 4648.
local N = tonumber(arg and arg[1]) or 130
local floor, byte, char, concat = math.floor, string.byte, string.char, table.concat
local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
local letter, value = {}, {}
for i = 0, 63 do
  letter[i] = alphabet:sub(i + 1, i + 1)
  value[alphabet:byte(i + 1)] = i
end
local function encode(s)
  local out, n = {}, 0
  for i = 1, #s - 2, 3 do
    local a, b, c = byte(s, i, i + 2)
    local word = a * 65536 + b * 256 + c
    out[n + 1] = letter[floor(word / 262144)]
    out[n + 2] = letter[floor(word / 4096) % 64]
    out[n + 3] = letter[floor(word / 64) % 64]
    out[n + 4] = letter[word % 64]
    n = n + 4
  end
  local rest = #s % 3
  if rest == 1 then
    local a = byte(s, #s)
    out[n + 1] = letter[floor(a / 4)] .. letter[a % 4 * 16] .. "=="
  elseif rest == 2 then
    local a, b = byte(s, #s - 1, #s)
    local word = a * 256 + b
    out[n + 1] = letter[floor(word / 1024)] .. letter[floor(word / 16) % 64] .. letter[word % 16 * 4] .. "="
  end
  return concat(out)
end
local function decode(s)
  local out = {}
  s = s:gsub("[^%w+/]", "")
  for i = 1, #s, 4 do
    local a, b, c, d = byte(s, i, i + 3)
    local word = value[a] * 262144 + value[b] * 4096 + (c and value[c] or 0) * 64 + (d and value[d] or 0)
    if d then
      out[#out + 1] = char(floor(word / 65536), floor(word / 256) % 256, word % 256)
    elseif c then
      out[#out + 1] = char(floor(word / 65536), floor(word / 256) % 256)
    else
      out[#out + 1] = char(floor(word / 65536))
    end
  end
  return concat(out)
end
local bytes, seed = {}, 11
for i = 1, 10001 do
  seed = seed * 16807 % 2147483647
  bytes[i] = char(seed % 256)
end
local text, check = concat(bytes), 0
for round = 1, N do
  local coded = encode(text)
  local again = decode(coded)
  if again ~= text then error("the bytes are not the same") end
  for i = 1, #coded, 101 do check = (check * 31 + byte(coded, i)) % 1000000007 end
  text = again:sub(2) .. char(round % 256)
end
print(string.format("base64 %d", check))
