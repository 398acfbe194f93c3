local t = { 1, nil, 3 }
print(t[1], t[2], t[3]) -- expect: 1	nil	3
local n = 0
for _ in pairs(t) do n = n + 1 end
print(n) -- expect: 2
for i, v in ipairs(t) do print(i, v) end -- expect: 1	1
local u = { n = 3, [1] = "a", [3] = "c" }
print(u[1], u[2], u[3], u.n) -- expect: a	nil	c	3
