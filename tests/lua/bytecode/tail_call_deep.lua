-- heavy
-- A tail call needs no stack.
local function loop(n) if n > 0 then return loop(n - 1) end return "bottom" end
print(loop(30000)) -- expect: bottom
local function open(n, ...) if n > 0 then return open(n - 1, ...) end return select("#", ...) end
print(open(5000, 1, 2, 3)) -- expect: 3
