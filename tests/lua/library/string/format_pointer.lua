print(string.format("%p", {}):match("^0x%x+$") ~= nil, string.format("%p", 1)) -- expect: true	(null)
print(string.format("%p", nil), string.format("%p", true), string.format("|%10p|", 5)) -- expect: (null)	(null)	|    (null)|
local t = {}
print(string.format("%p", t) == string.format("%p", t)) -- expect: true
print(string.format("%p", t) ~= string.format("%p", {})) -- expect: true
print(string.format("%p", "abc") == string.format("%p", "abc")) -- expect: true
print(tostring(t) == "table: " .. string.format("%p", t)) -- expect: true
