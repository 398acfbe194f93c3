local function level(n) error("message", n) end
local function caller(n) level(n) end
print(pcall(level, 0)) print(pcall(level, 1)) print(pcall(level, 2)) print(pcall(level))
-- expect: false	message
-- expect: false	levels.lua:1: message
-- expect: false	message
-- expect: false	levels.lua:1: message
print(pcall(caller, 1)) print(pcall(caller, 2)) print(pcall(caller, 3)) print(pcall(caller, 50))
-- expect: false	levels.lua:1: message
-- expect: false	levels.lua:2: message
-- expect: false	message
-- expect: false	message
print(pcall(error, "direct")) print(pcall(error, "direct", 1)) print(pcall(error, "direct", 2)) print(pcall(error)) print(pcall(error, nil))
-- expect: false	direct
-- expect: false	direct
-- expect: false	levels.lua:13: direct
-- expect: false	nil
-- expect: false	nil
print(pcall(error, "m", "1")) print(pcall(error, "m", "x")) print(pcall(error, "m", {}))
-- expect: false	m
-- expect: false	bad argument #2 to 'error' (number expected, got string)
-- expect: false	bad argument #2 to 'error' (number expected, got table)
