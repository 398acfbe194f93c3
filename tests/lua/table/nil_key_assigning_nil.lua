-- Even storing nil under a nil key is an error.
local t = {}
print(pcall(function() t[nil] = nil end)) -- expect: false	nil_key_assigning_nil.lua:3: table index is nil
print(pcall(function() t[0 / 0] = nil end)) -- expect: false	nil_key_assigning_nil.lua:4: table index is NaN
print(next(t)) -- expect: nil
