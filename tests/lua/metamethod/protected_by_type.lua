-- Handlers on values that cannot have them from Lua.
print(pcall(setmetatable, 1, {})) -- expect: false	bad argument #1 to 'setmetatable' (table expected, got number)
print(pcall(setmetatable, "s", {})) -- expect: false	bad argument #1 to 'setmetatable' (table expected, got string)
print(pcall(setmetatable, {})) -- expect: false	bad argument #2 to 'setmetatable' (nil or table expected, got no value)
print(pcall(setmetatable, {}, 1)) -- expect: false	bad argument #2 to 'setmetatable' (nil or table expected, got number)
print(pcall(setmetatable)) -- expect: false	bad argument #1 to 'setmetatable' (table expected, got no value)
print(pcall(getmetatable)) -- expect: false	bad argument #1 to 'getmetatable' (value expected)
