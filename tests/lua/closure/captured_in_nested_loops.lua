local fs = {}
for i = 1, 2 do
  local sum = 0
  for j = 1, 3 do
    sum = sum + j
    fs[#fs + 1] = function() return i, j, sum end
  end
end
for i = 1, #fs do print(fs[i]()) end
-- expect: 1	1	6
-- expect: 1	2	6
-- expect: 1	3	6
-- expect: 2	1	6
-- expect: 2	2	6
-- expect: 2	3	6
