print(pcall(table.sort, { 1, "x" })) -- expect: false	attempt to compare string with number
print(pcall(table.sort, { {}, {} })) -- expect: false	attempt to compare two table values
print(pcall(table.sort, { 3, 2, 1 }, 5)) -- expect: false	bad argument #2 to 'table.sort' (function expected, got number)
print(pcall(table.sort, nil)) -- expect: false	bad argument #1 to 'table.sort' (table expected, got nil)
print(pcall(table.sort)) -- expect: false	bad argument #1 to 'table.sort' (table expected, got no value)
print(pcall(table.sort, { 2, 1 }, function() error("comparator", 0) end)) -- expect: false	comparator
print(pcall(table.sort, { 1, 2, 3 }, {})) -- expect: false	bad argument #2 to 'table.sort' (function expected, got table)
local ok, e = pcall(table.sort, { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, function() return true end)
print(ok, e) -- expect: false	invalid order function for sorting
print(pcall(table.sort, setmetatable({}, { __len = function() return 1 << 40 end }))) -- expect: false	bad argument #1 to 'table.sort' (array too big)
