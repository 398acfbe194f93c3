for i = 1, 3 do
  for j = 1, 3 do
    if j == i then goto next_outer end
    print(i, j)
    -- expect: 2	1
    -- expect: 3	1
    -- expect: 3	2
  end
  ::next_outer::
end
