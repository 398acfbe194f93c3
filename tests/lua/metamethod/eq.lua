local calls = 0
local mt = { __eq = function(a, b) calls = calls + 1 return a.id == b.id end }
local a, b = setmetatable({ id = 1 }, mt), setmetatable({ id = 1 }, mt)
print(a == b, a ~= b, calls) -- expect: true	false	2
print(a == 1, a == "x", a == nil, calls) -- expect: false	false	false	2
local c = setmetatable({ id = 1 }, { __eq = function() return "truthy" end })
print(a == c, c == a, rawequal(a, b), calls) -- expect: true	true	false	3
local t = { [a] = "keyed" }
print(t[b]) -- expect: nil
