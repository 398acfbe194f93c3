-- heavy
-- A constructor of 1,000 items and an open end, made with load.
local items = {}
for i = 1, 1000 do items[i] = tostring(i) end
local t = load("return {" .. table.concat(items, ",") .. ", ...}")("x", "y")
print(#t, t[1], t[256], t[512], t[1000], t[1001], t[1002]) -- expect: 1002	1	256	512	1000	x	y
