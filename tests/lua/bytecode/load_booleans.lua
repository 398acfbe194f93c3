local t, f = true, false
print(t, f, not t, not f) -- expect: true	false	false	true
local less, equal = 1 < 2, 1 == 2
print(less, equal) -- expect: true	false
local x, y = 5, 7
print(x < y, x > y, x <= y, x >= y, x == y, x ~= y) -- expect: true	false	true	false	false	true
print((x < y) == true, (x == y) == false) -- expect: true	true
local both = x < y and x == 5
print(both) -- expect: true
