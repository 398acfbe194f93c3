-- A parenthesis on the next line continues the call.
local log = {}
local function f(x) log[#log + 1] = tostring(x) return function(y) log[#log + 1] = tostring(y) end end
f "first"
("second")
print(table.concat(log, " ")) -- expect: first second
local a = 1;
(print)("separate", a) -- expect: separate	1
