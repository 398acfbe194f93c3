local a, b = {}, {}
print(a == b, a == a, rawequal(a, a), a ~= b) -- expect: false	true	true	true
local t = { [a] = 1 }
print(t[a], t[b]) -- expect: 1	nil
local function make() return {} end
print(make() == make()) -- expect: false
