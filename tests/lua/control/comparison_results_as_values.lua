local a, b = 1, 2
local t = { a < b, a == b, a ~= b and "differs", not (a > b) }
print(t[1], t[2], t[3], t[4]) -- expect: true	false	differs	true
print((a < b) and "less" or "more", a == 1 and b == 2, a == 2 or b == 2) -- expect: less	true	true
local function id(...) return ... end
print(id(a < b, b < a)) -- expect: true	false
