-- heavy
local t = {}
for i = 1, 250 do t[i] = tostring(i) end
local list = table.concat(t, ",")
print(load("return select('#', " .. list .. ")")()) -- expect: 250
local _, message = load("local function f() end f(" .. list .. "," .. list .. ")", "=c")
print(message:match("^c:1: function or expression needs too many registers") ~= nil) -- expect: true
print(select("#", load("return " .. table.concat(t, ",", 1, 200))())) -- expect: 200
