-- Strings that read as numbers may be long, and there may be many of them: each is paid for.
local blank = (" "):rep(5000)
local numerals = {}
for i = 1, 20 do numerals[i] = blank .. (64 + i) .. blank end
print(string.char(table.unpack(numerals))) -- expect: ABCDEFGHIJKLMNOPQRST
print(utf8.char(table.unpack(numerals))) -- expect: ABCDEFGHIJKLMNOPQRST
print(pcall(string.char, numerals[1], blank)) -- expect: false	bad argument #2 to 'string.char' (number expected, got string)
print(math.sqrt(blank .. "49"), ("x"):rep(blank .. "3")) -- expect: 7.0	xxx
print(math.tointeger(3.0), #setmetatable({}, { __len = function() return 4 end })) -- expect: 3	4
print(select(blank .. "2", "a", "b")) -- expect: b
