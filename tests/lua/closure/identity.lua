local function make() return function() end end
local v = 1
local function capture() return function() return v end end
print(make() == make(), capture() == capture()) -- expect: false	false
local f = make()
print(f == f, ({ [f] = "found" })[f]) -- expect: true	found
