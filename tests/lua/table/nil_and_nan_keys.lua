local t = {}
print(t[nil], t[0 / 0]) -- expect: nil	nil
print(pcall(function() t[nil] = 1 end)) -- expect: false	nil_and_nan_keys.lua:3: table index is nil
print(pcall(function() t[0 / 0] = 1 end)) -- expect: false	nil_and_nan_keys.lua:4: table index is NaN
print(pcall(rawset, t, nil, 1)) -- expect: false	table index is nil
print(pcall(rawset, t, 0 / 0, 1)) -- expect: false	table index is NaN
print(pcall(function() return { [nil] = 1 } end)) -- expect: false	nil_and_nan_keys.lua:7: table index is nil
