-- fife only
-- heavy
-- PUC stops at 200 nested native calls; here only the stack is the limit.
local function nest(n) if n == 0 then return "bottom" end return select(2, pcall(nest, n - 1)) end
print(nest(1000)) -- expect: bottom
