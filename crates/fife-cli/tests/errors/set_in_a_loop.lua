local total = nil
for i = 1, 2 do
  if i == 2 then print(total.x) end
  total = i
end
