-- heavy
-- Text of any length is found, even if its beginning occurs in many places.
local needle = ("ab"):rep(40000) .. "c"
local subject = ("ab"):rep(40100) .. "c" .. ("x"):rep(100)
print(subject:find(needle, 1, true)) -- expect: 201	80201
print(subject:find(needle)) -- expect: 201	80201
print(subject:find(needle, 201, true)) -- expect: 201	80201
print(subject:find(needle, 202, true)) -- expect: nil
print(subject:find(needle .. "y", 1, true)) -- expect: nil
print(needle:find(needle), needle:find(subject)) -- expect: 1	nil
print((needle .. "%"):find(needle .. "%", 1, true)) -- expect: 1	80002
print(pcall(string.find, needle, needle .. "%")) -- expect: false	malformed pattern (ends with '%')
