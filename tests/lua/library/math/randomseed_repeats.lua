math.randomseed(42)
local a, b, c = math.random(), math.random(100), math.random(1, 1000000)
math.randomseed(42)
print(a == math.random(), b == math.random(100), c == math.random(1, 1000000)) -- expect: true	true	true
math.randomseed(42, 7)
local d = math.random(0)
math.randomseed(42, 7)
print(d == math.random(0), d ~= a) -- expect: true	true
print(pcall(math.randomseed, "x")) -- expect: false	bad argument #1 to 'math.randomseed' (number expected, got string)
print(pcall(math.randomseed, {})) -- expect: false	bad argument #1 to 'math.randomseed' (number expected, got table)
