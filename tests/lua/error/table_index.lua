local t = {}
print(pcall(function() t[nil] = 1 end)) -- expect: false	table_index.lua:2: table index is nil
print(pcall(function() t[0 / 0] = 1 end)) -- expect: false	table_index.lua:3: table index is NaN
print(pcall(rawset, t, nil, 1)) -- expect: false	table index is nil
print(pcall(function() return { [nil] = 1 } end)) -- expect: false	table_index.lua:5: table index is nil
print(pcall(function() local k t[k] = 1 end)) -- expect: false	table_index.lua:6: table index is nil
print(pcall(function() table.insert(t, nil, 1) end)) -- expect: false	table_index.lua:7: bad argument #2 to 'insert' (number expected, got nil)
