-- A heap that only grows: a linked list.
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
for _ = 1, rounds do
  local list
  for i = 1, n do list = { next = list, value = i } end
end
