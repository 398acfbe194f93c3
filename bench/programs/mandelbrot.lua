-- Float arithmetic with early exits, and bytes collected into strings.
-- After the Mandelbrot program of the Computer Language Benchmarks Game.
local N = tonumber(arg and arg[1]) or 600
local char, concat = string.char, table.concat
local rows, inside = {}, 0
for y = 0, N - 1 do
  local ci = 2 * y / N - 1
  local row, bits, mask = {}, 0, 128
  for x = 0, N - 1 do
    local cr = 2 * x / N - 1.5
    local zr, zi, zr2, zi2 = 0, 0, 0, 0
    local left = 50
    repeat
      zi = 2 * zr * zi + ci
      zr = zr2 - zi2 + cr
      zr2, zi2 = zr * zr, zi * zi
      left = left - 1
    until left == 0 or zr2 + zi2 > 4
    if left == 0 then
      bits = bits + mask
      inside = inside + 1
    end
    mask = mask / 2
    if mask < 1 then
      row[#row + 1] = char(bits)
      bits, mask = 0, 128
    end
  end
  if mask < 128 then row[#row + 1] = char(bits) end
  rows[#rows + 1] = concat(row)
end
local image, check = concat(rows), 0
for i = 1, #image do check = (check * 31 + image:byte(i)) % 1000000007 end
print(string.format("mandelbrot %d %d", inside, check))
