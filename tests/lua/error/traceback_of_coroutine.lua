local function body() coroutine.yield() end
local co = coroutine.create(function() body() end)
print((debug.traceback(co):gsub("\t", ""))) -- expect: stack traceback:
coroutine.resume(co)
print((debug.traceback(co):gsub("\t", "")))
-- expect: stack traceback:
-- expect: [C]: in function 'coroutine.yield'
-- expect: traceback_of_coroutine.lua:1: in upvalue 'body'
-- expect: traceback_of_coroutine.lua:2: in function <traceback_of_coroutine.lua:2>
print((debug.traceback(co, "with message"):gsub("\t", "")))
-- expect: with message
-- expect: stack traceback:
-- expect: [C]: in function 'coroutine.yield'
-- expect: traceback_of_coroutine.lua:1: in upvalue 'body'
-- expect: traceback_of_coroutine.lua:2: in function <traceback_of_coroutine.lua:2>
print((debug.traceback(co, nil, 1):gsub("\t", "")))
-- expect: stack traceback:
-- expect: traceback_of_coroutine.lua:1: in upvalue 'body'
-- expect: traceback_of_coroutine.lua:2: in function <traceback_of_coroutine.lua:2>
print((debug.traceback(co, "level 5", 5):gsub("\t", "")))
-- expect: level 5
-- expect: stack traceback:
