print(string.format("%p", {}):match("^0x%x+$") ~= nil, string.format("%p", 1), string.format("%p", nil), string.format("%p", true), string.format("|%10p|", 5)) -- expect: true	(null)	(null)	(null)	|    (null)|
local t = {}
print(string.format("%p", t) == string.format("%p", t), string.format("%p", t) ~= string.format("%p", {}), string.format("%p", "abc") == string.format("%p", "abc"), tostring(t) == "table: " .. string.format("%p", t)) -- expect: true	true	true	true
