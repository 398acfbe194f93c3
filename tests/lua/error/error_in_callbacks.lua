print(pcall(table.sort, { 3, 2, 1 }, function() error("in comparator", 0) end)) -- expect: false	in comparator
print(pcall(string.gsub, "abc", "%w", function() error("in gsub", 0) end)) -- expect: false	in gsub
print(pcall(load, function() error("in reader", 0) end)) -- expect: true	nil	in reader
print(load(function() error("in reader", 0) end)) -- expect: nil	in reader
print(pcall(table.concat, setmetatable({}, { -- expect: false	in index
  __index = function() error("in index", 0) end,
  __len = function() return 1 end,
})))
print(pcall(table.sort, { {}, {} })) -- expect: false	attempt to compare two table values
print(pcall(table.sort, { 1, "x" })) -- expect: false	attempt to compare string with number
print(pcall(table.sort, { 1, 2 }, 5)) -- expect: false	bad argument #2 to 'table.sort' (function expected, got number)
