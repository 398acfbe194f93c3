print(pcall(function(...) return select("#", ...), ... end, 1, nil)) -- expect: true	2	1	nil
print(xpcall(function(...) return select("#", ...), ... end, print, nil, 2)) -- expect: true	2	nil	2
print(pcall(error, { 1 }) == false, select(2, pcall(error, "x"))) -- expect: true	x
print(xpcall(error, function(e) return e .. "!" end, "handled")) -- expect: false	handled!
