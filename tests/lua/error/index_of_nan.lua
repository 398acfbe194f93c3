-- An indexed value is named even if it does not equal itself.
local n = 0 / 0
print(pcall(function() return n.x end)) -- expect: false	index_of_nan.lua:3: attempt to index a number value (upvalue 'n')
print(pcall(function() local m = n m[1] = 2 end)) -- expect: false	index_of_nan.lua:4: attempt to index a number value (local 'm')
