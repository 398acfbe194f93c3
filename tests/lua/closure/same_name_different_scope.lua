local x = "outer"
local function outer() return x end
local x = "inner"
local function inner() return x end
print(outer(), inner()) -- expect: outer	inner
x = "inner changed"
print(outer(), inner()) -- expect: outer	inner changed
