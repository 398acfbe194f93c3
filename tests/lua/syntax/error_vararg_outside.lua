print(select(2, load("function f() return ... end", "=c"))) -- expect: c:1: cannot use '...' outside a vararg function near '...'
print(select(2, load("local function f(a) local x = {...} end", "=c"))) -- expect: c:1: cannot use '...' outside a vararg function near '...'
print(load("return ...")(5)) -- expect: 5
print(select(2, load("function f(..., a) end", "=c"))) -- expect: c:1: ')' expected near ','
print(select(2, load("function f(a, ..., b) end", "=c"))) -- expect: c:1: ')' expected near ','
