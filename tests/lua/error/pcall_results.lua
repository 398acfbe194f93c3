print(pcall(function() end)) -- expect: true
print(pcall(function() return 1, nil, 3 end)) -- expect: true	1	nil	3
print(pcall(function(...) return ... end, 1, 2)) -- expect: true	1	2
print(pcall(pcall)) -- expect: false	bad argument #1 to 'pcall' (value expected)
print(pcall(pcall, error, "e")) -- expect: true	false	e
print(pcall(pcall, pcall, error, "deep")) -- expect: true	true	false	deep
print(select("#", pcall(function() return nil, nil end))) -- expect: 3
print(pcall(string.rep, "x", 3)) -- expect: true	xxx
print(pcall(print, "printed"))
-- expect: printed
-- expect: true
print((pcall(error))) -- expect: false
