-- Recursion over a board in one array, with bounds that narrow, and a table of positions under keys made of strings.
-- After Knuth and Moore, "An analysis of alpha-beta pruning" (1975).
local N = tonumber(arg and arg[1]) or 8
local WIDTH, HEIGHT = 7, 6
local board, heights, moves = {}, {}, 0
for i = 1, WIDTH * HEIGHT do board[i] = 0 end
for c = 1, WIDTH do heights[c] = 0 end
local order = { 4, 3, 5, 2, 6, 1, 7 }
local directions = { { 1, 0 }, { 0, 1 }, { 1, 1 }, { 1, -1 } }
local function cell(c, r)
  if c < 1 or c > WIDTH or r < 1 or r > HEIGHT then return -1 end
  return board[(r - 1) * WIDTH + c]
end
local function wins(c, r, player)
  for _, d in ipairs(directions) do
    local dx, dy, count = d[1], d[2], 1
    local x, y = c + dx, r + dy
    while cell(x, y) == player do count, x, y = count + 1, x + dx, y + dy end
    x, y = c - dx, r - dy
    while cell(x, y) == player do count, x, y = count + 1, x - dx, y - dy end
    if count >= 4 then return true end
  end
  return false
end
local known, hits, nodes = {}, 0, 0
local function key(player, depth) return table.concat(board) .. player .. depth end
local function search(player, alpha, beta, depth)
  nodes = nodes + 1
  if moves == WIDTH * HEIGHT then return 0 end
  if depth == 0 then
    -- the middle is worth something
    local value = 0
    for r = 1, heights[4] do value = value + (cell(4, r) == player and 1 or -1) end
    return value
  end
  local id = depth > 2 and key(player, depth)
  if id and known[id] then
    hits = hits + 1
    return known[id]
  end
  local best, exact = -math.huge, true
  for _, c in ipairs(order) do
    local r = heights[c] + 1
    if r <= HEIGHT then
      heights[c] = r
      board[(r - 1) * WIDTH + c] = player
      moves = moves + 1
      local value
      if wins(c, r, player) then value = 1000 - moves else value = -search(3 - player, -beta, -alpha, depth - 1) end
      board[(r - 1) * WIDTH + c] = 0
      heights[c] = r - 1
      moves = moves - 1
      if value > best then best = value end
      if best > alpha then alpha = best end
      if alpha >= beta then
        exact = false
        break
      end
    end
  end
  if id and exact then known[id] = best end
  return best
end
local function play(c, player)
  heights[c] = heights[c] + 1
  board[(heights[c] - 1) * WIDTH + c] = player
  moves = moves + 1
end
local check = 0
for i, c in ipairs { 4, 4, 3, 5, 4, 2 } do
  check = (check * 31 + search(2 - i % 2, -math.huge, math.huge, N) + 1000) % 1000000007
  play(c, 2 - i % 2)
end
print(string.format("connect_four %d %d %d", check, nodes, hits))
