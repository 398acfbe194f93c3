local counter = setmetatable({ n = 0 }, {
  __call = function(self, limit) if self.n < limit then self.n = self.n + 1 return self.n end end,
})
for i in counter, 3 do print(i) end
-- expect: 1
-- expect: 2
-- expect: 3
print(counter.n) -- expect: 3
