-- The closure is made in the first turn; the assignment comes in a later one.
local v, get = 0, nil
local i = 0
while i < 3 do
  v = v + 1
  if i == 0 then get = function() return v end end
  i = i + 1
end
print(get()) -- expect: 3
