local t = setmetatable({}, { __metatable = "private" })
print(getmetatable(t)) -- expect: private
print(pcall(setmetatable, t, {})) -- expect: false	cannot change a protected metatable
print(pcall(setmetatable, t, nil)) -- expect: false	cannot change a protected metatable
local f = setmetatable({}, { __metatable = false })
print(getmetatable(f), pcall(setmetatable, f, nil)) -- expect: false	false	cannot change a protected metatable
print(getmetatable("").__index == string, getmetatable(1), getmetatable(nil), getmetatable({})) -- expect: true	nil	nil	nil
