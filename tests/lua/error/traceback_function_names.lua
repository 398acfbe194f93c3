local lines = {}
local function trace()
  for line in debug.traceback("t"):gmatch("[^\n]+") do lines[#lines + 1] = line:gsub("^\t", "") end
end
local o = {}
function o.field() trace() end
function o:method() o.field() end
function global_one() o:method() end
local function upvalue_one() global_one() end
local function caller() upvalue_one() end
caller()
for i = 1, 8 do print(lines[i]) end
-- expect: t
-- expect: stack traceback:
-- expect: traceback_function_names.lua:3: in upvalue 'trace'
-- expect: traceback_function_names.lua:6: in field 'field'
-- expect: traceback_function_names.lua:7: in method 'method'
-- expect: traceback_function_names.lua:8: in function 'global_one'
-- expect: traceback_function_names.lua:9: in upvalue 'upvalue_one'
-- expect: traceback_function_names.lua:10: in local 'caller'
