local mt = { __lt = function() return true end }
local a, b = setmetatable({}, mt), setmetatable({}, mt)
print(a < b, pcall(function() return a <= b end)) -- expect: true	false	le_not_derived_from_lt.lua:3: attempt to compare two table values
print(pcall(function() return a >= b end)) -- expect: false	le_not_derived_from_lt.lua:4: attempt to compare two table values
