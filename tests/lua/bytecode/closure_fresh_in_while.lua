local made = {}
local i = 0
while i < 3 do
  i = i + 1
  local v = i
  made[i] = function(add) v = v + add return v end
end
print(made[1](10), made[2](10), made[3](10)) -- expect: 11	12	13
print(made[1](1), made[2](1), made[3](1)) -- expect: 12	13	14
