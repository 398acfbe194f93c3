local calls = 0
local mt = { __eq = function() calls = calls + 1 return true end }
local t, u = setmetatable({}, mt), setmetatable({}, {})
print(t == u, u == t, t == "x", t == 1, t == print, t ~= u, calls) -- expect: true	true	false	false	false	false	3
