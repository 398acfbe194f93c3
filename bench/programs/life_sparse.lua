-- Scattered integer keys, stores of nil and deletion inside pairs: Conway's game on a plane without borders.
-- After Gardner, "The fantastic combinations of John Conway's new solitaire game 'life'" (1970): the R-pentomino and
-- the acorn.
local N = tonumber(arg and arg[1]) or 1100
local WIDTH = 65536
local cells = {}
local function place(x, y, rows)
  for dy, row in ipairs(rows) do
    for dx = 1, #row do
      if row:sub(dx, dx) == "#" then cells[(y + dy) * WIDTH + x + dx] = true end
    end
  end
end
place(20000, 20000, { ".##", "##.", ".#." })
place(21000, 20050, { ".#.....", "...#...", "##..###" })

local offsets = { -WIDTH - 1, -WIDTH, -WIDTH + 1, -1, 1, WIDTH - 1, WIDTH, WIDTH + 1 }
local neighbours = {}
local peak = 0
for generation = 1, N do
  for cell in pairs(cells) do
    for i = 1, 8 do
      local at = cell + offsets[i]
      neighbours[at] = (neighbours[at] or 0) + 1
    end
  end
  -- who dies, then who is born
  for cell in pairs(cells) do
    local n = neighbours[cell]
    if n ~= 2 and n ~= 3 then cells[cell] = nil end
  end
  local alive = 0
  for at, n in pairs(neighbours) do
    if n == 3 then cells[at] = true end
    neighbours[at] = nil
  end
  for _ in pairs(cells) do alive = alive + 1 end
  if alive > peak then peak = alive end
end
local alive, check = 0, 0
for cell in pairs(cells) do
  alive = alive + 1
  check = (check + cell % 1009 * 7 + cell) % 1000000007
end
print(string.format("life_sparse %d %d %d", alive, peak, check))
