-- Only the first of a handler's results counts.
local m = setmetatable({}, {
  __add = function() return 1, 2, 3 end,
  __unm = function() end,
  __len = function() return "a", "b" end,
  __concat = function() return nil, 2 end,
  __index = function() return 1, 2 end,
})
print(m + m, "|", -m, "|", #m, "|", m .. m, "|", m.x) -- expect: 1	|	nil	|	a	|	nil	|	1
local t = { m + m, -m, m.x, #m }
print(#t >= 3, select("#", m + 1)) -- expect: true	1
