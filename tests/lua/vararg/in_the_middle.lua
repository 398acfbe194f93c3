local function v() return 1, 2, 3 end
print(v(), v()) -- expect: 1	1	2	3
print((v()), v()) -- expect: 1	1	2	3
local t = { v(), v(), n = v() }
print(#t, t.n) -- expect: 2	1
print(#{ v(), nil }, #{ (v()) }) -- expect: 1	1
local a, b, c, d = v(), v()
print(a, b, c, d) -- expect: 1	1	2	3
