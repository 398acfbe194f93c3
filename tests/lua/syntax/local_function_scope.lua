local f = function(n) return "outer" end
local f = function(n) if n > 0 then return f(n - 1) end return "inner" end
print(f(1)) -- expect: outer
local function g(n) if n > 0 then return g(n - 1) end return "itself" end
print(g(1)) -- expect: itself
