-- A native that is called by the same one is not named after what called that.
print(pcall(function() table.sort({ 1, 2, 3 }, table.sort) end))
-- expect: false	bad argument #1 to 'table.sort' (table expected, got number)
print(pcall(function() string.gsub("x", "x", string.gsub) end))
-- expect: false	bad argument #2 to 'string.gsub' (string expected, got no value)
