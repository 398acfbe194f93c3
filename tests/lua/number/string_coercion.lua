print("10" + 5, "3" * "4", "0x10" + 0, " 7 " + 1, "1e1" + 0, "10" / 2) -- expect: 15	12	16	8	10.0	5.0
print(10 .. 20, 1.5 .. "", -0.0 .. "", 2^63 .. "", 1e15 .. "", 1e100 .. "") -- expect: 1020	1.5	-0.0	9.2233720368548e+18	1e+15	1e+100
print(pcall(function() return "abc" + 1 end)) -- expect: false	string_coercion.lua:3: attempt to add a 'string' with a 'number'
print(pcall(function() return 1 + "1 2" end)) -- expect: false	string_coercion.lua:4: attempt to add a 'number' with a 'string'
print(pcall(function() return {} + "1" end)) -- expect: false	string_coercion.lua:5: attempt to add a 'table' with a 'string'
print("10" == 10, "abc" < "abd", pcall(function() return "10" < 5 end)) -- expect: false	true	false	string_coercion.lua:6: attempt to compare string with number
print(-"2", - -"-2", "5" % 3, "2" ^ 2, "7" // 2) -- expect: -2	-2	2	4.0	3
