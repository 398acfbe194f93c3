local s, t = "hello", { 1, 2, 3 }
print(#s, #t, #"", #{}, #"a\0b") -- expect: 5	3	0	0	3
local m = setmetatable({ 1, 2 }, { __len = function(self, ...) return "len" .. select("#", ...) end })
print(#m, rawlen(m)) -- expect: len1	2
local n = setmetatable({}, { __len = function() return nil end })
print(#n) -- expect: nil
