-- A native called by itself is not named after the outer call.
print(pcall(function() table.sort({ 1, 2, 3 }, table.sort) end))
-- expect: false	bad argument #1 to 'table.sort' (table expected, got number)
print(pcall(function() string.gsub("x", "x", string.gsub) end))
-- expect: false	bad argument #2 to 'string.gsub' (string expected, got no value)
