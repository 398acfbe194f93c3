local function f(a, 2) end
