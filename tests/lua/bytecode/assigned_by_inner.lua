local log = {}
local total = 0
local function add(n) total = total + n log[#log + 1] = total end
for i = 1, 4 do add(i) end
print(total, table.concat(log, ",")) -- expect: 10	1,3,6,10
