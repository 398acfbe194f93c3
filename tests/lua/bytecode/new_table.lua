print(#{}, #{ 1, 2, 3 }, #{ n = 1 }, next({})) -- expect: 0	3	0	nil
local t = { 1, 2, x = 3, [10] = 4, 5; y = 6, }
print(#t, t[3], t.x, t[10], t.y) -- expect: 3	5	3	4	6
print(#{ nil }, #{ nil, nil, 3 } >= 0) -- expect: 0	true
local nested = { { { "deep" } } }
print(nested[1][1][1]) -- expect: deep
