-- heavy
-- Thousands of statements without a jump: several segments.
local body = string.rep("n = n + 1\n", 5000)
print(load("local n = 0\n" .. body .. "return n")()) -- expect: 5000
local calls = string.rep("f()\n", 2000)
local count = 0
f = function() count = count + 1 end
load(calls)()
print(count) -- expect: 2000
