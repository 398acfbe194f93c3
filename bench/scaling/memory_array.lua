-- Stores that miss the cache: an array written by stride.
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
local t = {}
for i = 1, n do t[i] = 0 end
for _ = 1, rounds * 2 do
  local at = 1
  for _ = 1, n do
    t[at] = t[at] + 1
    at = at + 4099
    if at > n then at = at % n + 1 end
  end
end
