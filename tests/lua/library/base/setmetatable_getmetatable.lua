local t, mt = {}, {}
print(setmetatable(t, mt) == t, getmetatable(t) == mt, getmetatable({})) -- expect: true	true	nil
print(setmetatable(t, nil) == t, getmetatable(t)) -- expect: true	nil
print(getmetatable("s").__name, getmetatable(print), getmetatable(io.stdout).__name) -- expect: nil	nil	FILE*
print(pcall(setmetatable, t)) -- expect: false	bad argument #2 to 'setmetatable' (nil or table expected, got no value)
print(pcall(setmetatable, 5, {})) -- expect: false	bad argument #1 to 'setmetatable' (table expected, got number)
print(pcall(setmetatable, t, 5)) -- expect: false	bad argument #2 to 'setmetatable' (nil or table expected, got number)
