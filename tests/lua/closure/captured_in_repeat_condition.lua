local get
local n = 0
repeat
  local last = n
  n = n + 1
until (function() get = function() return last end return last >= 2 end)()
print(get(), n) -- expect: 2	3
