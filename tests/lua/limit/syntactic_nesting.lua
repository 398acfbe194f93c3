-- heavy
local function try(open, middle, close, n)
  local f, e = load("return " .. open:rep(n) .. middle .. close:rep(n), "=c") return f and "fine" or e
end
print(try("(", "1", ")", 150)) -- expect: fine
print(try("(", "1", ")", 300)) -- expect: C stack overflow
print(try("{", "1", "}", 150)) -- expect: fine
print(try("{", "1", "}", 300)) -- expect: C stack overflow
print(try("-", "1", "", 150)) -- expect: fine
print(try("not ", "1", "", 300)) -- expect: C stack overflow
print(try("1 ^ ", "1", "", 150)) -- expect: fine
print(try("1 ^ ", "1", "", 300)) -- expect: C stack overflow
print(try("1 .. ", "1", "", 150)) -- expect: fine
print(try("1 .. ", "1", "", 300)) -- expect: C stack overflow
print(try("function() return ", "1", " end", 60)) -- expect: fine
print(try("function() return ", "1", " end", 300)) -- expect: C stack overflow
print(try("f(", "1", ")", 300)) -- expect: C stack overflow
