local a, b = "x", {}
print(pcall(function() return a .. 1 .. b .. 2 .. a end)) -- expect: false	concat_of_many.lua:2: attempt to concatenate a table value (upvalue 'b')
print(pcall(function() return b .. a .. a end)) -- expect: false	concat_of_many.lua:3: attempt to concatenate a table value (upvalue 'b')
print(pcall(function() return a .. a .. b end)) -- expect: false	concat_of_many.lua:4: attempt to concatenate a table value (upvalue 'b')
print(pcall(function() return a .. (nil) .. a end)) -- expect: false	concat_of_many.lua:5: attempt to concatenate a nil value
