-- Appending to one string, byte by byte: copies all of it, here as there. Largest: 100000
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
for _ = 1, rounds do
  local s = ""
  for i = 1, n do s = s .. "x" end
end
