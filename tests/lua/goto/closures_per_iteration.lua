local fs = {}
local i = 1
::again::
do
  local v = i
  fs[i] = function() v = v + 1 return v end
end
i = i + 1
if i <= 3 then goto again end
print(fs[1](), fs[2](), fs[3](), fs[1]()) -- expect: 2	3	4	3
