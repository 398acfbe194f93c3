local function deep(n) if n == 0 then return coroutine.yield("deep") end return (deep(n - 1)) end
local co = coroutine.wrap(function() return deep(100) end)
print(co()) -- expect: deep
print(co("up")) -- expect: up
