print(1 + 2 * 3, (1 + 2) * 3, 2 * 3 % 4, 7 // 2 * 2) -- expect: 7	9	2	6
print(2 ^ -1, -2 ^ 2, 2 ^ 3 ^ 2, -3 ^ 2 + 1) -- expect: 0.5	-4.0	512.0	-8.0
print(not nil == true, not (nil == true), #"ab" + 1, -#"abc") -- expect: true	true	3	-3
print(1 .. 2 .. 3, "a" .. 1 + 2, 2 .. 3 == "23") -- expect: 123	a3	true
print(1 << 2 + 1, 1 | 2 & 3, 5 & 3 == 1, 6 ~ 3 | 8, 1 << 1 << 1) -- expect: 8	3	true	13	4
print(1 < 2 and 2 < 3, 1 < 2 == true, (not 1) == false or "x") -- expect: true	true	true
print(nil and 1 or 2, false or nil, 1 and nil or 3, 1 or error("not run")) -- expect: 2	nil	3	1
print(5 - 3 - 1, 2 / 2 / 2, 100 // 7 // 2, - - 3, ~~5, not not nil) -- expect: 1	0.5	7	3	5	false
