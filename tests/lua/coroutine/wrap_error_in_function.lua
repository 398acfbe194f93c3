local f = coroutine.wrap(function() error("inner", 0) end)
local function call() f() end
print(pcall(call)) -- expect: false	wrap_error_in_function.lua:2: inner
print(pcall(call)) -- expect: false	wrap_error_in_function.lua:2: cannot resume dead coroutine
