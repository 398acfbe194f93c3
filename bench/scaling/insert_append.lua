-- Filling an array by `t[#t + 1]`.
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
for _ = 1, rounds do
  local t = {}
  for i = 1, n do t[#t + 1] = i end
end
