print(pcall(table.insert, "str", 1)) -- expect: false	bad argument #1 to 'table.insert' (table expected, got string)
print(pcall(table.concat, "str")) -- expect: false	bad argument #1 to 'table.concat' (table expected, got string)
print(pcall(table.sort, 5)) -- expect: false	bad argument #1 to 'table.sort' (table expected, got number)
print(pcall(table.remove, true)) -- expect: false	bad argument #1 to 'table.remove' (table expected, got boolean)
print(pcall(table.move, 5, 1, 1, 1)) -- expect: false	bad argument #1 to 'table.move' (table expected, got number)
print(pcall(table.unpack, 5)) -- expect: false	attempt to get length of a number value
print(pcall(table.concat, setmetatable({}, {})) == true) -- expect: true
