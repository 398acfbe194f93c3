local values = { -math.huge, math.mininteger, -1.5, -1, -0.0, 0.5, 1, 2^53, math.maxinteger, 2^63, math.huge }
local ok = true
for i = 1, #values do
  for j = 1, #values do
    if (values[i] < values[j]) ~= (i < j) or (values[i] <= values[j]) ~= (i <= j) then ok = false end
  end
end
print(ok) -- expect: true
