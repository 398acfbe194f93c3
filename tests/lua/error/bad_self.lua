-- Calling a method on the wrong receiver.
local f = io.stdout
print(pcall(function() f.close({}) end)) -- expect: false	bad_self.lua:3: bad argument #1 to 'close' (FILE* expected, got table)
print(pcall(function() f.write("x") end)) -- expect: false	bad_self.lua:4: bad argument #1 to 'write' (FILE* expected, got string)
local s = setmetatable({}, { __index = string })
print(pcall(function() return s:rep(2) end)) -- expect: false	bad_self.lua:6: calling 'rep' on bad self (string expected, got table)
print(pcall(function() return s:upper() end)) -- expect: false	bad_self.lua:7: calling 'upper' on bad self (string expected, got table)
print(pcall(function() return s:format() end)) -- expect: false	bad_self.lua:8: calling 'format' on bad self (string expected, got table)
local fake = setmetatable({}, { __index = f })
print(pcall(function() fake:write("x") end)) -- expect: false	bad_self.lua:10: calling 'write' on bad self (FILE* expected, got table)
print(pcall(function() fake:read() end)) -- expect: false	bad_self.lua:11: calling 'read' on bad self (FILE* expected, got table)
print(pcall(function() return s.rep() end)) -- expect: false	bad_self.lua:12: bad argument #1 to 'rep' (string expected, got no value)
