-- The condition sees the block's locals.
local n = 0
repeat
  n = n + 1
  local done = n >= 3
until done
print(n) -- expect: 3
