local t = setmetatable({}, { __metatable = "locked" })
print(getmetatable(t), type(debug.getmetatable(t))) -- expect: locked	table
print(debug.setmetatable(t, nil) == t, getmetatable(t)) -- expect: true	nil
debug.setmetatable(1, { __index = { double = function(n) return n * 2 end } })
print((21):double()) -- expect: 42
debug.setmetatable(1, nil)
print(pcall(function() return (21):double() end)) -- expect: false	metatables.lua:7: attempt to index a number value
print(pcall(debug.setmetatable, {}, 1)) -- expect: false	bad argument #2 to 'debug.setmetatable' (nil or table expected, got number)
