local function inner() error({ level = "inner" }) end
local function middle() local ok, e = pcall(inner) e.level = e.level .. " via middle" error(e) end
local ok, e = pcall(middle)
print(ok, e.level) -- expect: false	inner via middle
local ok, e = pcall(function() local ok, e = pcall(error, "first") error(e, 0) end)
print(e) -- expect: first
local ok, e = pcall(function() local ok, e = pcall(error, "first") error(e) end)
print(e) -- expect: rethrow.lua:7: first
