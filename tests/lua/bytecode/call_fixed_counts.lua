local function gives(k)
  if k == 0 then return elseif k == 1 then return 1 elseif k == 2 then return 1, 2 end return 1, 2, 3
end
for k = 0, 3 do
  local a, b = gives(k)
  print(a, b)
  -- expect: nil	nil
  -- expect: 1	nil
  -- expect: 1	2
  -- expect: 1	2
end
local function takes(a, b) return a, b end
print(takes()) -- expect: nil	nil
print(takes(1)) -- expect: 1	nil
print(takes(1, 2)) -- expect: 1	2
print(takes(1, 2, 3)) -- expect: 1	2
