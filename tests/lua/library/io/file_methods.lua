local f = io.stdout
print(f == io.stdout, type(f), getmetatable(f).__name, f.write ~= nil, f.nothing) -- expect: true	userdata	FILE*	true	nil
print(f:write("") == f, f:flush() ~= nil, f:setvbuf("no"), f:setvbuf("full", 1024)) -- expect: true	true	true	true
print(f:setvbuf("line"), io.flush() ~= nil) -- expect: true	true
print(pcall(function() f:setvbuf("bad") end)) -- expect: false	file_methods.lua:5: bad argument #1 to 'setvbuf' (invalid option 'bad')
print(pcall(function() f:write({}) end)) -- expect: false	file_methods.lua:6: bad argument #1 to 'write' (string expected, got table)
print(pcall(function() f.write() end)) -- expect: false	file_methods.lua:7: bad argument #1 to 'write' (FILE* expected, got no value)
print(pcall(function() f:nothing() end)) -- expect: false	file_methods.lua:8: attempt to call a nil value (method 'nothing')
print(pcall(function() return f.x.y end)) -- expect: false	file_methods.lua:9: attempt to index a nil value (field 'x')
print(pcall(function() f.x = 1 end)) -- expect: false	file_methods.lua:10: attempt to index a FILE* value (upvalue 'f')
print(pcall(function() return #f end)) -- expect: false	file_methods.lua:11: attempt to get length of a FILE* value (upvalue 'f')
