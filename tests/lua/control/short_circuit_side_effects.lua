local log = {}
local function t(n) log[#log + 1] = n return true end
local function f(n) log[#log + 1] = -n return false end
local _ = t(1) and f(2) and t(3)
_ = f(4) or t(5) or t(6)
_ = (t(7) or t(8)) and (f(9) or t(10))
if f(11) and t(12) or t(13) then log[#log + 1] = "then" end
while f(14) do end
repeat until t(15)
print(table.concat(log, " ")) -- expect: 1 -2 -4 5 7 -9 10 -11 13 then -14 15
