-- heavy
-- A reader that gives one byte at a time.
local source, i = "local t = { 'one', 'two' } return #t, t[1] .. t[2], 12.5e1, [[long\nstring]]", 0
print(load(function() i = i + 1 if i <= #source then return source:sub(i, i) end end)())
-- expect: 2	onetwo	125.0	long
-- expect: string
