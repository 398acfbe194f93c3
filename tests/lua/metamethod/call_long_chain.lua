-- A hundred values with `__call`, each the handler of the next; the function's own arguments come last.
local function count(...) return select("#", ...), (select(-1, ...)) end
local called = count
for _ = 1, 100 do called = setmetatable({}, { __call = called }) end
print(called("last")) -- expect: 101	last
print((function() return called("last") end)()) -- expect: 101	last
print(coroutine.wrap(function(...) return called(...) end)("last")) -- expect: 101	last
print(pcall(called, "last")) -- expect: true	101	last
