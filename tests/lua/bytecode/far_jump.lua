-- heavy
-- Jumps over more than 40,000 instructions, forward and backward.
local body = string.rep("n = n + 1\n", 42000)
local f = load("local skip, n = ..., 0\nif skip then\n" .. body .. "end\nreturn n")
print(f(false), f(true)) -- expect: 0	42000
local g = load("local turns, n = ..., 0\nwhile turns > 0 do\nturns = turns - 1\nif turns == 0 then\n" .. body .. "end end\nreturn n")
print(g(0), g(1), g(2)) -- expect: 0	42000	42000
