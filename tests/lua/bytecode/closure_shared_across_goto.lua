-- A backward goto inside the variable's scope keeps the one variable.
local v = 0
local made = {}
::again::
made[#made + 1] = function() return v end
v = v + 1
if v < 3 then goto again end
print(made[1](), made[2](), made[3]()) -- expect: 3	3	3
