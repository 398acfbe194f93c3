print((select(2, pcall(dofile, "/nonexistent/file.lua")))) print((select(2, loadfile("/nonexistent/file.lua")))) print(pcall(dofile, {})) print(pcall(loadfile, {}))
-- expect: cannot open /nonexistent/file.lua: No such file or directory
-- expect: cannot open /nonexistent/file.lua: No such file or directory
-- expect: false	bad argument #1 to 'dofile' (string expected, got table)
-- expect: false	bad argument #1 to 'loadfile' (string expected, got table)
