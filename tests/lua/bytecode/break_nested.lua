for i = 1, 3 do
  for j = 1, 3 do
    if j == 2 then break end
    print(i, j)
    -- expect: 1	1
    -- expect: 2	1
  end
  if i == 2 then break end
end
local n = 0
while true do
  repeat
    n = n + 1
    if n == 3 then break end
  until false
  if n == 3 then break end
end
print(n) -- expect: 3
