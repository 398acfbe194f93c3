-- Unary handlers get their operand twice.
local m
m = setmetatable({}, {
  __unm = function(...) return select("#", ...) == 2 and select(2, ...) == m end,
  __bnot = function(...) return select("#", ...) == 2 and select(2, ...) == m end,
})
print(-m, ~m) -- expect: true	true
