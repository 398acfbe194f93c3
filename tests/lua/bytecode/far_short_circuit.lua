-- heavy
-- `and`/`or` values and comparisons whose jump passes 40,000 instructions.
local sum = "n" .. string.rep(" + n", 41000)
local f = load("local a, n = ..., 1\nlocal v = a and (" .. sum .. ")\nreturn v")
print(f(nil), f(true)) -- expect: nil	41001
local g = load("local a, n = ..., 1\nlocal v = a == 'skip' or (" .. sum .. ")\nreturn v")
print(g("skip"), g(nil)) -- expect: true	41001
