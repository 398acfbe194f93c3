-- heavy
local body = string.rep("n = n + 1\n", 35000)
local f = load("local last, n = ..., 0\nfor i = 1, last do if i == 2 then\n" .. body .. "end end\nreturn n")
print(f(0), f(1), f(2), f(3)) -- expect: 0	0	35000	35000
local g = load("local last, n = ..., 0\nfor i in ipairs(last) do if i == 2 then\n" .. body .. "end end\nreturn n")
print(g {}, g { 1 }, g { 1, 2 }) -- expect: 0	0	35000
