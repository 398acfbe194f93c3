-- A failure to write is reported when the buffer is flushed.
local f = io.open("/dev/full", "w")
print(f:write("x") == f) -- expect: true
print(f:flush()) -- expect: nil	No space left on device	28
f:close()
f = io.open("/dev/full", "w")
f:write("x")
print(f:close()) -- expect: nil	No space left on device	28
print(io.type(f)) -- expect: closed file
f = io.open("/dev/full", "w")
f:setvbuf("no")
print(f:write("x")) -- expect: nil	No space left on device	28
