print(pcall(math.floor, "x")) -- expect: false	bad argument #1 to 'math.floor' (number expected, got string)
print(pcall(math.floor, nil)) -- expect: false	bad argument #1 to 'math.floor' (number expected, got nil)
print(pcall(math.floor)) -- expect: false	bad argument #1 to 'math.floor' (number expected, got no value)
print(pcall(math.floor, {})) -- expect: false	bad argument #1 to 'math.floor' (number expected, got table)
print(pcall(math.floor, "1.5")) -- expect: true	1
print(pcall(string.len)) -- expect: false	bad argument #1 to 'string.len' (string expected, got no value)
print(pcall(string.len, nil)) -- expect: false	bad argument #1 to 'string.len' (string expected, got nil)
print(pcall(string.len, 5)) -- expect: true	1
print(pcall(string.len, true)) -- expect: false	bad argument #1 to 'string.len' (string expected, got boolean)
print(pcall(string.char, 256)) -- expect: false	bad argument #1 to 'string.char' (value out of range)
print(pcall(string.char, -1)) -- expect: false	bad argument #1 to 'string.char' (value out of range)
print(pcall(string.char, "x")) -- expect: false	bad argument #1 to 'string.char' (number expected, got string)
print(pcall(string.char, 1.5)) -- expect: false	bad argument #1 to 'string.char' (number has no integer representation)
print(pcall(table.concat, 5)) -- expect: false	bad argument #1 to 'table.concat' (table expected, got number)
print(select("#", pcall(table.concat, {}, 1))) -- expect: 2
print(pcall(table.concat, {}, {})) -- expect: false	bad argument #2 to 'table.concat' (string expected, got table)
print(pcall(table.concat, { {} })) -- expect: false	invalid value (table) at index 1 in table for 'concat'
print(pcall(rawlen, 5)) -- expect: false	bad argument #1 to 'rawlen' (table or string expected, got number)
print(pcall(rawget, 5)) -- expect: false	bad argument #1 to 'rawget' (table expected, got number)
print(pcall(rawset, {}, 1)) -- expect: false	bad argument #3 to 'rawset' (value expected)
print(pcall(rawequal, 1)) -- expect: false	bad argument #2 to 'rawequal' (value expected)
print(pcall(rawget, {})) -- expect: false	bad argument #2 to 'rawget' (value expected)
print(pcall(tostring)) -- expect: false	bad argument #1 to 'tostring' (value expected)
print(pcall(type)) -- expect: false	bad argument #1 to 'type' (value expected)
print(pcall(select)) -- expect: false	bad argument #1 to 'select' (number expected, got no value)
print(pcall(next)) -- expect: false	bad argument #1 to 'next' (table expected, got no value)
print(pcall(ipairs)) -- expect: false	bad argument #1 to 'ipairs' (value expected)
print(pcall(unpack or table.unpack)) -- expect: false	attempt to get length of a nil value
print(pcall(setmetatable, {}, 5)) -- expect: false	bad argument #2 to 'setmetatable' (nil or table expected, got number)
print(pcall(load, 5)) -- expect: true	nil	[string "5"]:1: unexpected symbol near '5'
print(pcall(load)) -- expect: false	bad argument #1 to 'load' (function expected, got no value)
print(pcall(load, {})) -- expect: false	bad argument #1 to 'load' (function expected, got table)
