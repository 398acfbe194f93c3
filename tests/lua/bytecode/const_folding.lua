local two <const> = 2
local name <const> = "n"
local t <const> = { n = two * 3 }
print(two + 1, two .. name, t[name], -two, ~two, not two) -- expect: 3	2n	6	-2	-3	false
print(1 + 2 * 3 - 4 // 3, 2 ^ 10, 7 % 4, 5 / 2, 1 << 4 | 1) -- expect: 6	1024.0	3	2.5	17
print(3 & 5, 3 ~ 5, "a" .. "b", 10 // 0.0, -0.0 == 0.0) -- expect: 1	6	ab	inf	true
local none <const>, yes <const> = nil, true
print(none, yes, none == nil, yes and "yes") -- expect: nil	true	true	yes
