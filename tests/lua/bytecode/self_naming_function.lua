local function factorial(n) if n <= 1 then return 1 end return n * factorial(n - 1) end
print(factorial(10)) -- expect: 3628800
local function alias(n) return n == 0 and "done" or alias(n - 1) end
local copy = alias
print(copy(5), copy == alias) -- expect: done	true
