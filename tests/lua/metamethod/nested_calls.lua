-- A handler that triggers further handlers.
local V = {}
V.__index = V
V.__add = function(a, b) return setmetatable({ x = a.x + b.x }, V) end
V.__mul = function(a, n) local r = a for i = 2, n do r = r + a end return r end
V.__eq = function(a, b) return a.x == b.x end
V.__tostring = function(a) return "V(" .. a.x .. ")" end
V.__concat = function(a, b) return tostring(a) .. tostring(b) end
local a = setmetatable({ x = 3 }, V)
print(a * 4, a * 2 == a + a, a .. " and " .. a * 3) -- expect: V(12)	true	V(3) and V(9)
