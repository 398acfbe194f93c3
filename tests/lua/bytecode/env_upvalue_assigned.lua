local print = print
local one, two = { name = "one" }, { name = "two" }
local _ENV = one
local function read() return name end
print(read()) -- expect: one
_ENV = two
print(read(), name) -- expect: two	two
name = "changed"
print(two.name, one.name) -- expect: changed	one
