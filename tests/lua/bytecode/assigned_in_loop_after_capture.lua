local v = 0
local f
for i = 1, 3 do
  v = v + i
  f = f or function() return v end
end
print(f()) -- expect: 6
