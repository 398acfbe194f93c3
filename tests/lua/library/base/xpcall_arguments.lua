print(xpcall(select, print, "#", 1, nil, nil)) -- expect: true	3
print(xpcall(string.rep, print, "ab", 2, "-")) -- expect: true	ab-ab
print(xpcall(function(...) return ... end, print)) -- expect: true
print(select("#", xpcall(function() end, print))) -- expect: 1
