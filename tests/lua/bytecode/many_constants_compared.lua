-- heavy
-- Constants beyond the reach of a short operand, in every kind of instruction.
local parts = { "local t, log = {}, {}" }
for i = 1, 300 do parts[#parts + 1] = ("t['s%d'] = %d.25"):format(i, i) end
parts[#parts + 1] = [[
local x, m = 8.5, "late"
t.late_field = x * 1234.5
t.late_method = function(self, n) return n + 4321.5 end
log[1] = t.late_field == 10493.25
log[2] = m == "late" and x ~= 98765.5
log[3] = t:late_method(1)
log[4] = x + 1e10 - 2e10 == -9999999991.5
log[5] = (x // 7777.5) .. " " .. (x % 5.75) .. " " .. (x / 0.125)
log[6] = 12 & 0x123456789 | 0x987654321 ~ 0x1111111111
late_global = "global"
log[7] = late_global
return log]]
local log = load(table.concat(parts, "\n"))()
for i = 1, #log do print(log[i]) end
-- expect: true
-- expect: true
-- expect: 4322.5
-- expect: true
-- expect: 0.0 2.75 68.0
-- expect: 105603420728
-- expect: global
