-- Equal long strings in a chunk are one object in all of its functions; a concatenated string is another.
local text = "01234567890123456789012345678901234567890123456789"
local function other() return "01234567890123456789012345678901234567890123456789" end
local function address(value) return string.format("%p", value) end
print(address(text) == address(other())) -- expect: true
local digits = "0123456789"
local joined = digits .. "0123456789012345678901234567890123456789"
print(joined == text, address(joined) == address(text)) -- expect: true	false
