-- A long traceback is cut in the middle.
local function down(n) if n == 0 then return (debug.traceback("deep")) end local t = down(n - 1) return t end
local trace = down(60)
local n, skipped = 0, nil
for line in trace:gmatch("[^\n]+") do n = n + 1 skipped = skipped or line:match("^\t(%.%.%..*)$") end
print(n, skipped) -- expect: 24	...	(skipping 40 levels)
