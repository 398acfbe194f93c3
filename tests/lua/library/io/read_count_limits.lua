local name = os.tmpname()
local f = io.open(name, "w") f:write("0123456789") f:close()
f = io.open(name)
print(f:read(3), f:read(0) == "", f:read(100), f:read(1), f:read(0)) -- expect: 012	true	3456789	nil	nil
print(pcall(function() f:read(1.5) end)) -- expect: false	read_count_limits.lua:5: bad argument #1 to 'read' (number has no integer representation)
f:close() os.remove(name)
f = io.open("/dev/null")
for _, count in ipairs { -1, math.mininteger, math.maxinteger, 1 << 62 } do
  print(pcall(f.read, f, count))
end
-- expect: false	not enough memory
-- expect: false	not enough memory
-- expect: false	not enough memory
-- expect: false	not enough memory
f:close()
