-- heavy
local function try(open, close, n) local f, e = load(open:rep(n) .. close:rep(n), "=c") return f and "fine" or e end
print(try("do ", " end", 150)) -- expect: fine
print(try("do ", " end", 300)) -- expect: C stack overflow
print(try("while x do ", " end", 150)) -- expect: fine
print(try("while x do ", " end", 300)) -- expect: C stack overflow
print(try("if x then ", " end", 300)) -- expect: C stack overflow
print(try("repeat ", " until x", 300)) -- expect: C stack overflow
