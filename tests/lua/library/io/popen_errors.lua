for _, mode in ipairs { "", "r+", "rw", "rb", "a" } do
  print(select(2, pcall(function() io.popen("cat", mode) end)))
end
-- expect: popen_errors.lua:2: bad argument #2 to 'popen' (invalid mode)
-- expect: popen_errors.lua:2: bad argument #2 to 'popen' (invalid mode)
-- expect: popen_errors.lua:2: bad argument #2 to 'popen' (invalid mode)
-- expect: popen_errors.lua:2: bad argument #2 to 'popen' (invalid mode)
-- expect: popen_errors.lua:2: bad argument #2 to 'popen' (invalid mode)
print(select(2, pcall(function() io.popen() end)))
-- expect: popen_errors.lua:9: bad argument #1 to 'popen' (string expected, got no value)
local f = io.popen("cat")
f:close()
print(select(2, pcall(function() f:close() end))) -- expect: popen_errors.lua:13: attempt to use a closed file
