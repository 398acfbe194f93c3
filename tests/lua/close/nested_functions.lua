local function closer(name) return setmetatable({}, { __close = function() print("close " .. name) end }) end
local function a() local x <close> = closer("a") return "a" end
local function b() local x <close> = closer("b") local r = a() return r .. "b" end
local function c() local x <close> = closer("c") local r = b() return r .. "c" end
print(c())
-- expect: close a
-- expect: close b
-- expect: close c
-- expect: abc
