-- Sparse and negative keys, booleans and floats as keys, values set to nil and set again, tables emptied by next: sets
-- of places.
local N = tonumber(arg and arg[1]) or 2000000
local grid, fractions, flags, seed = {}, {}, {}, 14
local set, cleared, sum = 0, 0, 0
for i = 1, N do
  seed = seed * 16807 % 2147483647
  -- places around zero, far apart
  local key = (seed % 8191 - 4096) * 1021
  if grid[key] then
    grid[key] = nil
    cleared = cleared + 1
  else
    grid[key] = i
    set = set + 1
  end
  local fraction = seed % 512 / 8
  fractions[fraction] = (fractions[fraction] or 0) + 1
  flags[i % 3 == 0] = i
  if i % 20000 == 0 then
    -- emptied from its beginning, entry by entry
    local k, v = next(grid)
    while k and sum >= 0 do
      grid[k] = nil
      sum = (sum + v) % 1000000007
      k, v = next(grid)
      if v and v % 64 == 0 then break end
    end
    -- what is left is emptied in a traversal, since where that one stopped depends on the order
    for place, value in pairs(grid) do
      sum = (sum + value) % 1000000007
      grid[place] = nil
    end
  end
end
local halves = 0
for k, v in pairs(fractions) do
  if k % 1 == 0.5 then halves = halves + v end
end
print(string.format("sparse_updates %d %d %d %d %d", set, cleared, sum, halves, flags[true] + flags[false]))
