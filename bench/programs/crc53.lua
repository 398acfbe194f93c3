-- CRC-32, xorshift and counting bits: integers of 64 bits.
-- Needs Lua 5.3: integer division and bit operators.
local N = BENCH_N or (arg and arg[1] and tonumber(arg[1])) or 7000000
local tab = {}
for i = 0, 255 do
  local c = i
  for _ = 1, 8 do
    if c & 1 == 1 then c = 0xEDB88320 ~ (c >> 1) else c = c >> 1 end
  end
  tab[i] = c
end
local x, crc, bits, div = 88172645463325252, 0xFFFFFFFF, 0, 0
for i = 1, N do
  x = x ~ (x << 13)
  x = x ~ (x >> 7)
  x = x ~ (x << 17)
  crc = tab[(crc ~ x) & 255] ~ (crc >> 8)
  local v = x & 0xFFFFFFFF
  v = v - ((v >> 1) & 0x55555555)
  v = (v & 0x33333333) + ((v >> 2) & 0x33333333)
  v = (v + (v >> 4)) & 0x0F0F0F0F
  bits = bits + ((v * 0x01010101 >> 24) & 63)
  div = div + (crc // (i % 1000 + 1)) % 17
end
print(~crc & 0xFFFFFFFF, bits, div)
