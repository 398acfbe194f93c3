local t = setmetatable({}, { __tostring = function() return "T" end, __name = "Named" })
print(t, tostring(t) .. "!", ("%s"):format(t)) -- expect: T	T!	T
print(pcall(function() return t .. "" end)) -- expect: false	tostring_in_print_and_concat.lua:3: attempt to concatenate a Named value (upvalue 't')
print(pcall(function() return "" .. setmetatable({}, { __name = "OnlyNamed" }) end)) -- expect: false	tostring_in_print_and_concat.lua:4: attempt to concatenate a OnlyNamed value
