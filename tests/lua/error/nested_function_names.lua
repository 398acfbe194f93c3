local lib = { sub = { f = string.rep } }
print(pcall(function() lib.sub.f() end)) -- expect: false	nested_function_names.lua:2: bad argument #1 to 'f' (string expected, got no value)
print(pcall(function() local g = lib.sub.f g({}) end)) -- expect: false	nested_function_names.lua:3: bad argument #1 to 'g' (string expected, got table)
print(pcall(function() lib["sub"]["f"](1, {}) end)) -- expect: false	nested_function_names.lua:4: bad argument #2 to 'f' (number expected, got table)
print(pcall(function() _G.string.rep() end)) -- expect: false	nested_function_names.lua:5: bad argument #1 to 'rep' (string expected, got no value)
print(pcall(function() lib.sub:f() end)) -- expect: false	nested_function_names.lua:6: calling 'f' on bad self (string expected, got table)
print(pcall(function() return lib.sub.f() end)) -- expect: false	nested_function_names.lua:7: bad argument #1 to 'f' (string expected, got no value)
