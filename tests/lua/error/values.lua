-- Anything can be thrown.
print(pcall(error, nil)) -- expect: false	nil
print(pcall(error, 42)) -- expect: false	42
print(pcall(error, 1.5)) -- expect: false	1.5
print(pcall(error, true)) -- expect: false	true
print(pcall(error, false)) -- expect: false	false
local t = { code = 1 }
local ok, e = pcall(error, t)
print(ok, e == t, e.code) -- expect: false	true	1
local f = function() end
print(select(2, pcall(error, f)) == f) -- expect: true
local ok2, e2 = pcall(function() error(setmetatable({}, { __tostring = function() return "custom" end })) end)
print(ok2, tostring(e2)) -- expect: false	custom
print(pcall(function() error(42) end)) -- expect: false	42
print(pcall(function() error("text") end)) -- expect: false	values.lua:15: text
print(math.type(select(2, pcall(error, 42)))) -- expect: integer
