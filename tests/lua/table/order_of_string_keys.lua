-- fife only
-- The order of `pairs` depends on what the program did with the table, never on when a collection ran: keys that were
-- dropped, collected and made again are where they would be if they had stayed.
local function fill(t, from, to)
  for i = from, to do t["key" .. i] = i end
end
local function order(t)
  local keys = {}
  for k in pairs(t) do keys[#keys + 1] = k end
  return table.concat(keys, " ")
end
local function run(collect)
  local t = {}
  fill(t, 1, 20)
  for i = 1, 20, 2 do t["key" .. i] = nil end
  collect()
  fill(t, 15, 25)
  for i = 2, 25, 3 do t["key" .. i] = nil end
  collect()
  fill(t, 1, 8)
  collect()
  return order(t)
end
local with = run(collectgarbage)
local without = run(function() end)
print(with == without, #with) -- expect: true	99
