local t
t = setmetatable({}, {
  __index = function(self, n)
    if n <= 1 then return n end local v = self[n - 1] + self[n - 2] rawset(self, n, v) return v
  end,
})
print(t[50]) -- expect: 12586269025
