local function lines(text) for line in text:gmatch("\t([^\n]*)") do print(line) end end
local function fails(f) lines(select(2, xpcall(f, function() return debug.traceback("", 2) end)):match("^(.-[^\n]*in function <[^\n]*)")) end
fails(function() error("x") end)
fails(function() string.rep() end)
fails(function() assert(false) end)
fails(function() string.gsub("x", "x", error) end)
fails(function() table.sort({ 1, 2, 3, 4 }, function() return true end) end)
fails(function() pcall() end)
fails(function() coroutine.wrap(error)("x") end)
local co = coroutine.create(function() error("x") end)
coroutine.resume(co)
lines(debug.traceback(co))
-- expect: [C]: in function 'error'
-- expect: traceback_shows_natives.lua:3: in function <traceback_shows_natives.lua:3>
-- expect: [C]: in function 'string.rep'
-- expect: traceback_shows_natives.lua:4: in function <traceback_shows_natives.lua:4>
-- expect: [C]: in function 'assert'
-- expect: traceback_shows_natives.lua:5: in function <traceback_shows_natives.lua:5>
-- expect: [C]: in function 'error'
-- expect: [C]: in function 'string.gsub'
-- expect: traceback_shows_natives.lua:6: in function <traceback_shows_natives.lua:6>
-- expect: [C]: in function 'table.sort'
-- expect: traceback_shows_natives.lua:7: in function <traceback_shows_natives.lua:7>
-- expect: [C]: in function 'pcall'
-- expect: traceback_shows_natives.lua:8: in function <traceback_shows_natives.lua:8>
-- expect: [C]: in ?
-- expect: traceback_shows_natives.lua:9: in function <traceback_shows_natives.lua:9>
-- expect: [C]: in function 'error'
-- expect: traceback_shows_natives.lua:10: in function <traceback_shows_natives.lua:10>
