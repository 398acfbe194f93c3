-- A backward goto runs the declaration again: a new variable each time.
local made = {}
do
  local n = 0
  ::again::
  local v = n
  made[#made + 1] = function(d) v = v + (d or 0) return v end
  n = n + 1
  if n < 3 then goto again end
end
print(made[1](5), made[2](5), made[3](5)) -- expect: 5	6	7
print(made[1](), made[2](), made[3]()) -- expect: 5	6	7
