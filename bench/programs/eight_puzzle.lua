-- A queue between two indices, with nil stored at its head, and strings as keys: all positions of a sliding puzzle.
-- After Moore, "The shortest path through a maze" (1959): breadth-first search.
local N = tonumber(arg and arg[1]) or 85000
local moves = { { 2, 4 }, { 1, 3, 5 }, { 2, 6 }, { 1, 5, 7 }, { 2, 4, 6, 8 }, { 3, 5, 9 }, { 4, 8 }, { 5, 7, 9 }, { 6, 8 } }
local Queue = {}
Queue.__index = Queue
function Queue.new() return setmetatable({ first = 1, last = 0, items = {} }, Queue) end
function Queue:push(item)
  self.last = self.last + 1
  self.items[self.last] = item
end
function Queue:pop()
  local first = self.first
  if first > self.last then return nil end
  local item = self.items[first]
  self.items[first] = nil
  self.first = first + 1
  return item
end
local function swapped(state, a, b)
  if a > b then a, b = b, a end
  return state:sub(1, a - 1) .. state:sub(b, b) .. state:sub(a + 1, b - 1) .. state:sub(a, a) .. state:sub(b + 1)
end
local start = "12345678_"
local depth, queue, found, deepest, check = { [start] = 0 }, Queue.new(), 1, 0, 0
queue:push(start)
while found < N do
  local state = queue:pop()
  if not state then break end
  local hole = state:find("_", 1, true)
  local d = depth[state]
  for _, to in ipairs(moves[hole]) do
    local next_state = swapped(state, hole, to)
    if not depth[next_state] then
      depth[next_state] = d + 1
      if d + 1 > deepest then deepest = d + 1 end
      found = found + 1
      check = (check * 31 + hole * 10 + to) % 1000000007
      queue:push(next_state)
    end
  end
end
print(string.format("eight_puzzle %d %d %d", found, deepest, check))
