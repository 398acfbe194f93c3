local function fails() local x = nil; return x.field end
local ok, trace = xpcall(function() fails() end, debug.traceback)
print(ok) -- expect: false
for line in trace:gmatch("[^\n]+") do if not line:find("[C]", 1, true) then print((line:gsub("^\t", "  "))) end end
-- expect: traceback_as_handler.lua:1: attempt to index a nil value (local 'x')
-- expect: stack traceback:
-- expect:   traceback_as_handler.lua:1: in upvalue 'fails'
-- expect:   traceback_as_handler.lua:2: in function <traceback_as_handler.lua:2>
-- expect:   traceback_as_handler.lua:2: in main chunk
