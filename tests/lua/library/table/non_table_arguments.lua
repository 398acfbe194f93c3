print(pcall(table.insert, "str", 1)) print(pcall(table.concat, "str")) print(pcall(table.sort, 5)) print(pcall(table.remove, true)) print(pcall(table.move, 5, 1, 1, 1)) print(pcall(table.unpack, 5)) print(pcall(table.concat, setmetatable({}, {})) == true)
-- expect: false	bad argument #1 to 'table.insert' (table expected, got string)
-- expect: false	bad argument #1 to 'table.concat' (table expected, got string)
-- expect: false	bad argument #1 to 'table.sort' (table expected, got number)
-- expect: false	bad argument #1 to 'table.remove' (table expected, got boolean)
-- expect: false	bad argument #1 to 'table.move' (table expected, got number)
-- expect: false	attempt to get length of a number value
-- expect: true
