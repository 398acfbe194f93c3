-- MessagePack: values of all kinds there and back, and bytes that are none.
local mp = require "MessagePack"

local function hex(bytes) return (bytes:gsub(".", function(c) return string.format("%02x", c:byte()) end)) end

local function show(value)
  if type(value) ~= "table" then return (math.type(value) or type(value)) .. " " .. tostring(value) end
  local parts = {}
  for key, entry in pairs(value) do parts[#parts + 1] = tostring(key) .. "=" .. show(entry) end
  table.sort(parts)
  return "{" .. table.concat(parts, ", ") .. "}"
end

local values = {
  true, false, 0, 1, 127, 128, 255, 256, 65535, 65536, 2^31 | 0, 2^32 | 0, math.maxinteger, -1, -32, -33, -128, -129, -32768, -32769, -2^31 | 0, math.mininteger,
  0.0, 1.5, -0.0, math.huge, -math.huge, 1e300, 0.1, "", "a", ("x"):rep(31), ("x"):rep(32), ("x"):rep(256), "\u{20ac}\0\255",
  {}, {1, 2, 3}, {{}, {{}}}, {x = 1}, {1, 2, x = 3}, {[1] = "a", [3] = "c"}, {[1.5] = true},
}
for _, value in ipairs(values) do
  local packed = mp.pack(value)
  print(show(value), #packed, hex(packed:sub(1, 40)), show(mp.unpack(packed)))
end
print(hex(mp.pack(nil)), mp.unpack(mp.pack(nil)))
local nan = mp.unpack(mp.pack(0 / 0))
print(nan ~= nan)

for _, mode in ipairs {"without_hole", "with_hole", "always_as_map"} do
  mp.set_array(mode)
  print(mode, hex(mp.pack {1, 2, 3}), hex(mp.pack {}), show(mp.unpack(mp.pack {[1] = 1, [3] = 3})))
end
mp.set_array "without_hole"
for _, mode in ipairs {"string_compat", "string", "binary"} do
  mp.set_string(mode)
  print(mode, hex(mp.pack "text"), hex(mp.pack(("y"):rep(40))))
end
mp.set_string "string_compat"
for _, mode in ipairs {"unsigned", "signed"} do
  mp.set_integer(mode)
  for _, number in ipairs {1, 200, 60000, 1 << 31, 1 << 33} do io.write(hex(mp.pack(number)), " ") end
  print(mode)
end
for _, mode in ipairs {"float", "double"} do
  mp.set_number(mode)
  print(mode, hex(mp.pack(1.25)), hex(mp.pack(0.1)), mp.unpack(mp.pack(0.1)))
end

for _, bytes in ipairs {"", "\xc1", "\xcc", "\xd9\x05ab", "\x92\x01", "\x81\xa1k", "\xc0\xc0", "\xdf\xff\xff\xff\xff", "\xd4\x01\x02"} do
  print(hex(bytes), pcall(mp.unpack, bytes))
end
for index, value in mp.unpacker(mp.pack(1) .. mp.pack("two") .. mp.pack {3}) do print(index, show(value)) end

-- In pieces from a function, and much of it.
local parts = {}
for i = 1, 200 do parts[i] = mp.pack {id = i, name = "n" .. i, list = {i, i / 2, -i}} end
local stream, at = table.concat(parts), 0
local function read()
  if at >= #stream then return nil end
  at = at + 7
  return stream:sub(at - 6, at)
end
local count, sum = 0, 0
for _, value in mp.unpacker(read) do
  count = count + 1
  sum = sum + value.id + #value.name + value.list[2] - value.list[3]
end
print(count, sum, #stream)
