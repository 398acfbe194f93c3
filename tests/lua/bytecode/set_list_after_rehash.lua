-- heavy
-- A rehash in the middle of a constructor may take away the array part's room; the rest is stored nevertheless.

local keys = {}
for i = 1, 66000 do keys[i] = "k" .. i .. " = " .. i end
local source = "return {" .. string.rep("nil, ", 60) .. table.concat(keys, ", ") .. ", 1, 2, 3, nil, ...}"
local t = assert(load(source))("a", "b")
print(t[1], t[60], t[61], t[62], t[63], t[64], t[65], t[66], t[67]) -- expect: nil	nil	1	2	3	nil	a	b	nil
print(t.k1, t.k66000) -- expect: 1	66000

-- Long lists: each part of 50 extends the table.
local long = assert(load("return {" .. string.rep("1, ", 150000) .. "...}"))(2, 3)
print(#long, long[1], long[65536], long[150000], long[150001], long[150002]) -- expect: 150002	1	1	1	2	3
