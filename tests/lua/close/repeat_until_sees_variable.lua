local n = 0
repeat
  n = n + 1
  local c <close> = setmetatable({ n = n }, { __close = function(self) print("close", self.n) end })
  -- expect: close	1
  -- expect: close	2
until c.n >= 2
print(n) -- expect: 2
