-- Long strings: lines read by a pattern, reversed, translated by a table, and broken into lines again.
-- After the reverse-complement program of the Computer Language Benchmarks Game.
local N = tonumber(arg and arg[1]) or 40
local seed, lines = 7, {}
for i = 1, 1500 do
  local letters = {}
  for j = 1, 60 do
    seed = (seed * 3877 + 29573) % 139968
    local at = seed % 15 + 1
    letters[j] = ("ACGTUMRWSYKVHDB"):sub(at, at)
  end
  lines[i] = table.concat(letters)
end
local input = ">ONE\n" .. table.concat(lines, "\n", 1, 700) .. "\n>TWO\n" .. table.concat(lines, "\n", 701) .. "\n"
local complement = {}
for i = 1, 15 do
  complement[("ACGTUMRWSYKVHDB"):sub(i, i)] = ("TGCAAKYWSRMBDHV"):sub(i, i)
end
local function answer(text)
  local out = {}
  for name, body in text:gmatch("(>[^\n]*)\n([^>]*)") do
    out[#out + 1] = name
    local sequence = body:gsub("\n", ""):reverse():gsub("%a", complement)
    for i = 1, #sequence, 60 do out[#out + 1] = sequence:sub(i, i + 59) end
  end
  return table.concat(out, "\n") .. "\n"
end
local text = input
for _ = 1, N do text = answer(text) end
local check = 0
for i = 1, #text, 7 do check = (check * 33 + text:byte(i)) % 4294967291 end
print(string.format("reverse_complement %d %d", #text, check))
