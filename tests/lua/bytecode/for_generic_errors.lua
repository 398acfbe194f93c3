print(pcall(function() for k in nil do end end)) -- expect: false	for_generic_errors.lua:1: attempt to call a nil value (for iterator 'for iterator')
print(pcall(function() local t = {} for k in t do end end)) -- expect: false	for_generic_errors.lua:2: attempt to call a table value (for iterator 'for iterator')
print(pcall(function() for k in 5 do end end)) -- expect: false	for_generic_errors.lua:3: attempt to call a number value (for iterator 'for iterator')
print(pcall(function() for k in pairs(nil) do end end)) -- expect: false	for_generic_errors.lua:4: bad argument #1 to 'for iterator' (table expected, got nil)
print(pcall(function() for k in ipairs() do end end)) -- expect: false	for_generic_errors.lua:5: bad argument #1 to 'ipairs' (value expected)
print(pcall(function() for k in next, 5 do end end)) -- expect: false	for_generic_errors.lua:6: bad argument #1 to 'for iterator' (table expected, got number)
print(pcall(function() for k in print, 1, 2, 3 do end end)) -- expect: false	for_generic_errors.lua:7: variable '(for state)' got a non-closable value
