local long = ("key"):rep(50)
local t = { [long] = 1 }
t[("key"):rep(50)] = 2
print(t[long], t[("key"):rep(50)], next(t) == long) -- expect: 2	2	true
t[long .. "x"] = 3
local n = 0
for k in pairs(t) do n = n + 1 end
print(n) -- expect: 2
