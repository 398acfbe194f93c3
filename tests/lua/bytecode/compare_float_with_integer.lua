local big, max = 2.0^63, math.maxinteger
print(max < big, max <= big, max > big, max == big, math.mininteger == -big, math.mininteger >= -big) -- expect: true	true	false	false	true	true
print(max < math.huge, max > -math.huge, 9007199254740993 < 9007199254740992.0) -- expect: true	true	false
print(9007199254740993 > 9007199254740992.0) -- expect: true
local i, f = 3, 3.5
print(i < f, i <= f, f < i, f <= i, -i < -f, -f < -i, i < 3.0, i <= 3.0) -- expect: true	true	false	false	false	true	false	true
local t = {}
for _, v in ipairs { 1.5, 2, 1, 1.25, -0.5, 0 } do t[#t + 1] = v end
table.sort(t)
print(table.concat(t, " ")) -- expect: -0.5 0 1 1.25 1.5 2
