-- Straight-line code, generated: the twenty rounds of a cipher unrolled into one function of some hundred statements.
-- After RFC 8439.
-- Needs Lua 5.3: bit operators, integers of 64 bits.
local N = tonumber(arg and arg[1]) or 40000
local source = { "local k = ...\nlocal " }
local names = {}
for i = 0, 15 do names[i + 1] = "s" .. i end
source[#source + 1] = table.concat(names, ", ") .. " = table.unpack(k, 1, 16)\n"
local function quarter(a, b, c, d)
  local lines = {}
  for _, step in ipairs { { a, b, d, 16 }, { c, d, b, 12 }, { a, b, d, 8 }, { c, d, b, 7 } } do
    local x, y, z, n = step[1], step[2], step[3], step[4]
    lines[#lines + 1] = ("s%d = (s%d + s%d) & 0xFFFFFFFF"):format(x, x, y)
    lines[#lines + 1] = ("s%d = s%d ~ s%d"):format(z, z, x)
    lines[#lines + 1] = ("s%d = ((s%d << %d) | (s%d >> %d)) & 0xFFFFFFFF"):format(z, z, n, z, 32 - n)
  end
  source[#source + 1] = table.concat(lines, "\n") .. "\n"
end
for _ = 1, 10 do
  quarter(0, 4, 8, 12) quarter(1, 5, 9, 13) quarter(2, 6, 10, 14) quarter(3, 7, 11, 15)
  quarter(0, 5, 10, 15) quarter(1, 6, 11, 12) quarter(2, 7, 8, 13) quarter(3, 4, 9, 14)
end
for i = 0, 15 do source[#source + 1] = ("s%d = (s%d + k[%d]) & 0xFFFFFFFF\n"):format(i, i, i + 1) end
source[#source + 1] = "return " .. table.concat(names, ", ")
local block = assert(load(table.concat(source)))
local state = { 0x61707865, 0x3320646e, 0x79622d32, 0x6b206574 }
for i = 0, 7 do state[5 + i] = string.unpack("<I4", string.char(i * 4, i * 4 + 1, i * 4 + 2, i * 4 + 3)) end
state[13], state[14], state[15], state[16] = 1, 0x09000000, 0x4a000000, 0
assert(block(state) == 0xe4e7f110)
local check = 0
for i = 1, N do
  state[13] = i
  local words = { block(state) }
  for j = 1, 16 do check = (check ~ words[j]) * 5 & 0xFFFFFFFF end
end
print(("chacha20 %08x"):format(check))
