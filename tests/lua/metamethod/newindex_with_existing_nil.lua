local log = {}
local t = setmetatable({ 1, 2, 3 }, { __newindex = function(t, k, v) log[#log + 1] = k rawset(t, k, v) end })
t[2] = nil
t[2] = "again"
t[4] = "four"
t[1] = "one"
print(table.concat(log, " "), t[1], t[2], t[4]) -- expect: 2 4	one	again	four
