print(xpcall(select, print, "#", 1, nil, nil)) print(xpcall(string.rep, print, "ab", 2, "-")) print(xpcall(function(...) return ... end, print)) print(select("#", xpcall(function() end, print)))
-- expect: true	3
-- expect: true	ab-ab
-- expect: true
-- expect: 1
