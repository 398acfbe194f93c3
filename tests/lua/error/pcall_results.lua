print(pcall(function() end)) print(pcall(function() return 1, nil, 3 end)) print(pcall(function(...) return ... end, 1, 2))
-- expect: true
-- expect: true	1	nil	3
-- expect: true	1	2
print(pcall(pcall)) print(pcall(pcall, error, "e")) print(pcall(pcall, pcall, error, "deep"))
-- expect: false	bad argument #1 to 'pcall' (value expected)
-- expect: true	false	e
-- expect: true	true	false	deep
print(select("#", pcall(function() return nil, nil end))) -- expect: 3
print(pcall(string.rep, "x", 3)) print(pcall(print, "printed"))
-- expect: true	xxx
-- expect: printed
-- expect: true
print((pcall(error))) -- expect: false
