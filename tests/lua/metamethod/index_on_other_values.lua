-- __index may be anything that can be indexed.
local t = setmetatable({}, { __index = "a string" })
print(t.len == string.len, t.nothing) -- expect: true	nil
local u = setmetatable({}, { __index = setmetatable({}, { __index = function(_, k) return k .. "!" end }) })
print(u.x) -- expect: x!
local bad = setmetatable({}, { __index = 5 })
print(pcall(function() return bad.x end)) -- expect: false	index_on_other_values.lua:7: attempt to index a number value
print(pcall(function() bad = setmetatable({}, { __newindex = true }) bad.x = 1 end)) -- expect: false	index_on_other_values.lua:8: attempt to index a boolean value
