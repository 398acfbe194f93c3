local v
v = 1
if v then v = v + 1 end
local f = function() return v end
print(f()) -- expect: 2
local w = 0
for i = 1, 3 do w = w + i end
local g = function() return w end
print(g()) -- expect: 6
