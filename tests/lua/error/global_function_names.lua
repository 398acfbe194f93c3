function outer_global() return inner_undefined() end
print(pcall(outer_global)) -- expect: false	global_function_names.lua:1: attempt to call a nil value (global 'inner_undefined')
function with_field() return string.no_such_function("x") end
print(pcall(with_field)) -- expect: false	global_function_names.lua:3: attempt to call a nil value (field 'no_such_function')
function with_method() local s = "x" return s:no_such_method() end
print(pcall(with_method)) -- expect: false	global_function_names.lua:5: attempt to call a nil value (method 'no_such_method')
