local function inner() return (debug.traceback("trace")) end
local function outer() local t = inner() return t end
for line in outer():gmatch("[^\n]+") do if not line:find("[C]", 1, true) then print((line:gsub("^\t", "  "))) end end
-- expect: trace
-- expect: stack traceback:
-- expect:   traceback_form.lua:1: in upvalue 'inner'
-- expect:   traceback_form.lua:2: in local 'outer'
-- expect:   traceback_form.lua:3: in main chunk
