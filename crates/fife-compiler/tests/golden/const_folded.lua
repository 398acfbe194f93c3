local limit <const> = 10
local name <const> = "x"
local t <const> = {}
for i = 1, limit do t[name] = limit + i end
