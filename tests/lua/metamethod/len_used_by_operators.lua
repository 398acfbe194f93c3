local m = setmetatable({}, { __len = function() return 3 end, __index = function(_, i) return i end })
print(#m + 1, -#m, #m == 3, #m .. "", #m < 5) -- expect: 4	-3	true	3	true
for i = 1, #m do io.write("|", m[i]) end
print("|") -- expect: |1|2|3|
