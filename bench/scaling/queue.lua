-- A queue of n entries that moves on: stored at the end, nil stored at the head.
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
local q, first, last = {}, 1, 0
for i = 1, n do
  last = last + 1
  q[last] = i
end
for _ = 1, rounds * n do
  last = last + 1
  q[last] = q[first]
  q[first] = nil
  first = first + 1
end
