print(pcall(setmetatable)) -- expect: false	bad argument #1 to 'setmetatable' (table expected, got no value)
print(pcall(rawset, {})) -- expect: false	bad argument #2 to 'rawset' (value expected)
print(pcall(string.sub)) -- expect: false	bad argument #1 to 'string.sub' (string expected, got no value)
print(pcall(table.insert, {})) -- expect: false	wrong number of arguments to 'insert'
print(pcall(table.insert, {}, 1, 2, 3)) -- expect: false	wrong number of arguments to 'insert'
print(pcall(math.random, 1, 2, 3)) -- expect: false	wrong number of arguments
print(pcall(select)) -- expect: false	bad argument #1 to 'select' (number expected, got no value)
print(pcall(string.char, "a")) -- expect: false	bad argument #1 to 'string.char' (number expected, got string)
print(pcall(utf8.char, {})) -- expect: false	bad argument #1 to 'utf8.char' (number expected, got table)
print(pcall(os.date, {})) -- expect: false	bad argument #1 to 'os.date' (string expected, got table)
print(pcall(coroutine.wrap)) -- expect: false	bad argument #1 to 'coroutine.wrap' (function expected, got no value)
print(pcall(tonumber)) -- expect: false	bad argument #1 to 'tonumber' (value expected)
print(pcall(math.max)) -- expect: false	bad argument #1 to 'math.max' (value expected)
print(pcall(next)) -- expect: false	bad argument #1 to 'next' (table expected, got no value)
print(pcall(ipairs)) -- expect: false	bad argument #1 to 'ipairs' (value expected)
