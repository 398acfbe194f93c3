-- Conway's game of life on a torus: a glider crosses the board.
local WIDTH, HEIGHT, GENERATIONS = 16, 8, 4

local function board(rows)
  local cells = {}
  for y = 1, HEIGHT do
    cells[y] = {}
    for x = 1, WIDTH do cells[y][x] = (rows[y] or ""):sub(x, x) == "#" end
  end
  return cells
end

local function neighbours(cells, x, y)
  local n = 0
  for dy = -1, 1 do
    local row = cells[(y + dy - 1) % HEIGHT + 1]
    for dx = -1, 1 do
      if (dx ~= 0 or dy ~= 0) and row[(x + dx - 1) % WIDTH + 1] then n = n + 1 end
    end
  end
  return n
end

local function step(cells)
  local next_cells = {}
  for y = 1, HEIGHT do
    next_cells[y] = {}
    for x = 1, WIDTH do
      local n = neighbours(cells, x, y)
      next_cells[y][x] = n == 3 or n == 2 and cells[y][x]
    end
  end
  return next_cells
end

local function show(cells)
  for y = 1, HEIGHT do
    local line = {}
    for x = 1, WIDTH do line[x] = cells[y][x] and "#" or "." end
    print(table.concat(line))
  end
end

local cells = board { "", "..#", "...#", ".###" }
for generation = 0, GENERATIONS do
  print("generation " .. generation)
  show(cells)
  cells = step(cells)
end
