print(next {}) -- expect: nil
print(next { 5 }) -- expect: 1	5
print(next({ 5 }, 1)) -- expect: nil
print(next { x = 1 }) -- expect: x	1
local t, n = { 1, 2, 3, a = 1, b = 2 }, 0
local k = next(t)
while k ~= nil do n = n + 1 k = next(t, k) end
print(n, rawequal(next, pairs {})) -- expect: 5	true
