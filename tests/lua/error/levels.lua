local function level(n) error("message", n) end
local function caller(n) level(n) end
print(pcall(level, 0)) -- expect: false	message
print(pcall(level, 1)) -- expect: false	levels.lua:1: message
print(pcall(level, 2)) -- expect: false	message
print(pcall(level)) -- expect: false	levels.lua:1: message
print(pcall(caller, 1)) -- expect: false	levels.lua:1: message
print(pcall(caller, 2)) -- expect: false	levels.lua:2: message
print(pcall(caller, 3)) -- expect: false	message
print(pcall(caller, 50)) -- expect: false	message
print(pcall(error, "direct")) -- expect: false	direct
print(pcall(error, "direct", 1)) -- expect: false	direct
print(pcall(error, "direct", 2)) -- expect: false	levels.lua:13: direct
print(pcall(error)) -- expect: false	nil
print(pcall(error, nil)) -- expect: false	nil
print(pcall(error, "m", "1")) -- expect: false	m
print(pcall(error, "m", "x")) -- expect: false	bad argument #2 to 'error' (number expected, got string)
print(pcall(error, "m", {})) -- expect: false	bad argument #2 to 'error' (number expected, got table)
