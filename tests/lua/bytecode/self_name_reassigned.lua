-- The name is assigned again: the function must see the new value.
local function f(n) if n == 0 then return "old end" end return f(n - 1) end
local old = f
f = function() return "new" end
print(old(3), old(0)) -- expect: new	old end
