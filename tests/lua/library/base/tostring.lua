print(tostring(nil), tostring(true), tostring(12), tostring(-0.5), tostring("s")) -- expect: nil	true	12	-0.5	s
print(tostring({}):match("^table: 0x%x+$") ~= nil) -- expect: true
print(tostring(print):match("^%a+: ") ~= nil) -- expect: true
print(tostring(function() end):match("^function: 0x%x+$") ~= nil) -- expect: true
local t = {}
print(tostring(t) == tostring(t), tostring(t) ~= tostring({})) -- expect: true	true
print(pcall(tostring)) -- expect: false	bad argument #1 to 'tostring' (value expected)
