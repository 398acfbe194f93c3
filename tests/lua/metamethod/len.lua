local m = setmetatable({ 1, 2, 3 }, { __len = function() return 42 end })
print(#m, rawlen(m), #"str", rawlen("str")) -- expect: 42	3	3	3
print(pcall(function() return #5 end)) -- expect: false	len.lua:3: attempt to get length of a number value
local f = setmetatable({}, { __len = function() return 2.0 end, __index = function(_, i) return "v" .. i end })
print(#f, table.concat(f, ","), table.unpack(f)) -- expect: 2.0	v1,v2	v1	v2
