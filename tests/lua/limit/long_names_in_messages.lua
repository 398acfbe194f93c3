-- fife only
-- Names in messages are cut after 1,000 bytes.
local long = ("x"):rep(100000)
local object = setmetatable({}, { __name = long })
local function length_of(f, ...) return #select(2, pcall(f, ...)) end
print(length_of(function() return object + 1 end) < 1200) -- expect: true
print(length_of(string.rep, object) < 1200) -- expect: true
print(length_of(load("local t = {} return t." .. long .. ".y")) < 1200) -- expect: true
print(length_of(load("local t = {} t." .. long .. "()")) < 1200) -- expect: true
print(#tostring(object) > 100000) -- expect: true
