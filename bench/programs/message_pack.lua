-- Binary data: string.pack and string.unpack, byte-sized tags, lists and maps written and read by recursion.
-- After the MessagePack specification (Furuhashi, 2008).
-- Needs Lua 5.3: string.pack, math.type, bit operators.
local N = tonumber(arg and arg[1]) or 260
local pack, unpack, char, byte, sub = string.pack, string.unpack, string.char, string.byte, string.sub
local write = {}
function write.number(v, out)
  if math.type(v) == "float" then
    out[#out + 1] = pack(">Bd", 0xCB, v)
  elseif v >= 0 then
    if v < 128 then out[#out + 1] = char(v)
    elseif v < 256 then out[#out + 1] = pack(">BB", 0xCC, v)
    elseif v < 65536 then out[#out + 1] = pack(">BI2", 0xCD, v)
    elseif v <= 0xFFFFFFFF then out[#out + 1] = pack(">BI4", 0xCE, v)
    else out[#out + 1] = pack(">BI8", 0xCF, v) end
  elseif v >= -32 then out[#out + 1] = char(v & 0xFF)
  else out[#out + 1] = pack(">Bi8", 0xD3, v) end
end
function write.string(v, out)
  local n = #v
  if n < 32 then out[#out + 1] = char(0xA0 | n)
  elseif n < 256 then out[#out + 1] = pack(">BB", 0xD9, n)
  else out[#out + 1] = pack(">BI2", 0xDA, n) end
  out[#out + 1] = v
end
function write.boolean(v, out) out[#out + 1] = v and "\xC3" or "\xC2" end
function write.table(v, out)
  if v[1] ~= nil then
    out[#out + 1] = #v < 16 and char(0x90 | #v) or pack(">BI2", 0xDC, #v)
    for i = 1, #v do write[type(v[i])](v[i], out) end
  else
    local keys = {}
    for k in pairs(v) do keys[#keys + 1] = k end
    table.sort(keys)
    out[#out + 1] = #keys < 16 and char(0x80 | #keys) or pack(">BI2", 0xDE, #keys)
    for _, k in ipairs(keys) do
      write[type(k)](k, out)
      write[type(v[k])](v[k], out)
    end
  end
end
local read
local function list(s, at, n)
  local t = {}
  for i = 1, n do t[i], at = read(s, at) end
  return t, at
end
local function map(s, at, n)
  local t = {}
  for _ = 1, n do
    local k, v
    k, at = read(s, at)
    v, at = read(s, at)
    t[k] = v
  end
  return t, at
end
local formats = { [0xCC] = ">B", [0xCD] = ">I2", [0xCE] = ">I4", [0xCF] = ">I8", [0xD3] = ">i8", [0xCB] = ">d" }
function read(s, at)
  local tag = byte(s, at)
  at = at + 1
  if tag < 0x80 then return tag, at end
  if tag < 0x90 then return map(s, at, tag & 15) end
  if tag < 0xA0 then return list(s, at, tag & 15) end
  if tag < 0xC0 then return sub(s, at, at + (tag & 31) - 1), at + (tag & 31) end
  if tag >= 0xE0 then return tag - 256, at end
  if tag == 0xC2 or tag == 0xC3 then return tag == 0xC3, at end
  local format = formats[tag]
  if format then return unpack(format, s, at) end
  local n
  if tag == 0xD9 then
    n, at = unpack(">B", s, at)
    return sub(s, at, at + n - 1), at + n
  end
  n, at = unpack(">I2", s, at)
  if tag == 0xDA then return sub(s, at, at + n - 1), at + n end
  if tag == 0xDC then return list(s, at, n) end
  return map(s, at, n)
end
local data = {}
for i = 1, 100 do
  data[i] = {
    id = i * 1000003, name = "entry number " .. i, small = -(i % 30), large = -i << 40, ratio = i / 8, ok = i % 3 == 0,
    list = { i, i * 2, { i % 7, "nested" } }, text = ("text "):rep(i % 12 + 1),
  }
end
local size, check = 0, 0
for round = 1, N do
  local out = {}
  write.table(data, out)
  local text = table.concat(out)
  size = size + #text
  data = read(text, 1)
  check = (check * 31 + data[round % 100 + 1].list[2] + byte(text, round * 7 % #text + 1)) % 1000000007
end
print(string.format("message_pack %d %d", size, check))
