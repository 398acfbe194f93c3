-- Errors of natives carry the position of the Lua code that called.
print(pcall(function() setmetatable({}) end)) -- expect: false	native_position_prefix.lua:2: bad argument #2 to 'setmetatable' (nil or table expected, got no value)
print(pcall(function() return setmetatable({}) end)) -- expect: false	native_position_prefix.lua:3: bad argument #2 to 'setmetatable' (nil or table expected, got no value)
print(pcall(function() local ok = tonumber("1", 99) end)) -- expect: false	native_position_prefix.lua:4: bad argument #2 to 'tonumber' (base out of range)
print(pcall(setmetatable, {})) -- expect: false	bad argument #2 to 'setmetatable' (nil or table expected, got no value)
print(pcall(pcall, setmetatable, {})) -- expect: true	false	bad argument #2 to 'setmetatable' (nil or table expected, got no value)
print(select(2, pcall(function() string.format("%d", "x") end))) -- expect: native_position_prefix.lua:7: bad argument #2 to 'format' (number expected, got string)
