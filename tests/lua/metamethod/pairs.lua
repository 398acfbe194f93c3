local t = setmetatable({}, {
  __pairs = function(self)
    return function(_, k) k = (k or 0) + 1 if k <= 3 then return k, k * k end end, self, nil
  end,
})
for k, v in pairs(t) do print(k, v) end
-- expect: 1	1
-- expect: 2	4
-- expect: 3	9
local four = setmetatable({}, { __pairs = function() return 1, 2, 3, 4 end })
print(pairs(four)) -- expect: 1	2	3
print(select("#", pairs(setmetatable({}, { __pairs = function() end })))) -- expect: 3
print(pcall(pairs)) -- expect: false	bad argument #1 to 'pairs' (value expected)
print(select("#", pairs(nil)), pairs(nil) == next, select(2, pairs(nil))) -- expect: 3	true	nil	nil
print(pcall(pairs, setmetatable({}, { __pairs = 5 }))) -- expect: false	attempt to call a number value
