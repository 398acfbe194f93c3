local name = os.tmpname()
local f = io.open(name, "w+") f:write("0123456789")
print(f:seek(), f:seek("set"), f:read(2), f:seek("cur"), f:seek("cur", 3), f:read(1)) -- expect: 10	0	01	2	5	5
print(f:seek("end"), f:seek("end", -2), f:read("a"), f:seek("set", 4), f:read(1)) -- expect: 10	8	89	4	4
f:seek("set", 2) f:write("XY") f:seek("set") print(f:read("a")) -- expect: 01XY456789
print(f:seek("set", -1)) -- expect: nil	Invalid argument	22
print(pcall(function() f:seek("bad") end)) -- expect: false	seek.lua:7: bad argument #1 to 'seek' (invalid option 'bad')
print(pcall(function() f:seek("set", "x") end)) -- expect: false	seek.lua:8: bad argument #2 to 'seek' (number expected, got string)
print(pcall(function() f:seek("set", 1.5) end)) -- expect: false	seek.lua:9: bad argument #2 to 'seek' (number has no integer representation)
f:close() os.remove(name)
