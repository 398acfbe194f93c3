local t = {}
for i = 0, 30 do t[1 << i] = i end
local n, sum = 0, 0
for k, v in pairs(t) do n, sum = n + 1, sum + k end
print(n, sum, t[1 << 20], t[3]) -- expect: 31	2147483647	20	nil
for i = 0, 30 do t[-(1 << i)] = -i end
print(t[-1024], t[1024]) -- expect: -10	10
