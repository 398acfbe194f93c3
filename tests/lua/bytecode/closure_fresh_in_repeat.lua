local made = {}
repeat
  local v = #made
  made[#made + 1] = function() return v end
  local stop = function() return v == 2 end
until stop()
print(#made, made[1](), made[2](), made[3]()) -- expect: 3	0	1	2
