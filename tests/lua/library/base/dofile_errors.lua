print((select(2, pcall(dofile, "/nonexistent/file.lua")))) -- expect: cannot open /nonexistent/file.lua: No such file or directory
print((select(2, loadfile("/nonexistent/file.lua")))) -- expect: cannot open /nonexistent/file.lua: No such file or directory
print(pcall(dofile, {})) -- expect: false	bad argument #1 to 'dofile' (string expected, got table)
print(pcall(loadfile, {})) -- expect: false	bad argument #1 to 'loadfile' (string expected, got table)
