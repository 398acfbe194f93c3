local f = io.stdout
print(f == io.stdout, type(f), getmetatable(f).__name, f.write ~= nil, f.nothing) -- expect: true	userdata	FILE*	true	nil
print(f:write("") == f, f:flush() ~= nil, f:setvbuf("no"), f:setvbuf("full", 1024), f:setvbuf("line"), io.flush() ~= nil) -- expect: true	true	true	true	true	true
print(pcall(function() f:setvbuf("bad") end)) print(pcall(function() f:write({}) end)) print(pcall(function() f.write() end)) print(pcall(function() f:nothing() end)) print(pcall(function() return f.x.y end)) print(pcall(function() f.x = 1 end)) print(pcall(function() return #f end))
-- expect: false	file_methods.lua:4: bad argument #1 to 'setvbuf' (invalid option 'bad')
-- expect: false	file_methods.lua:4: bad argument #1 to 'write' (string expected, got table)
-- expect: false	file_methods.lua:4: bad argument #1 to 'write' (FILE* expected, got no value)
-- expect: false	file_methods.lua:4: attempt to call a nil value (method 'nothing')
-- expect: false	file_methods.lua:4: attempt to index a nil value (field 'x')
-- expect: false	file_methods.lua:4: attempt to index a FILE* value (upvalue 'f')
-- expect: false	file_methods.lua:4: attempt to get length of a FILE* value (upvalue 'f')
