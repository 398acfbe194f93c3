-- heavy
local cos = {}
for i = 1, 300 do cos[i] = coroutine.wrap(function(n) while true do n = n + coroutine.yield(n) end end) cos[i](i) end
local sum = 0
for i = 1, 300 do sum = sum + cos[i](1000) end
print(sum) -- expect: 345150
