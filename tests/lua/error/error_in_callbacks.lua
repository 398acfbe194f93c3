print(pcall(table.sort, { 3, 2, 1 }, function() error("in comparator", 0) end)) -- expect: false	in comparator
print(pcall(string.gsub, "abc", "%w", function() error("in gsub", 0) end)) -- expect: false	in gsub
print(pcall(load, function() error("in reader", 0) end)) -- expect: true	nil	in reader
print(load(function() error("in reader", 0) end)) -- expect: nil	in reader
print(pcall(table.concat, setmetatable({}, { __index = function() error("in index", 0) end, __len = function() return 1 end }))) -- expect: false	in index
print(pcall(table.sort, { {}, {} })) print(pcall(table.sort, { 1, "x" })) print(pcall(table.sort, { 1, 2 }, 5))
-- expect: false	attempt to compare two table values
-- expect: false	attempt to compare string with number
-- expect: false	bad argument #2 to 'table.sort' (function expected, got number)
