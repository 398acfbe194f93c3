for i = 1, 3 do
  for j = 1, 3 do
    if i * j == 4 then goto out end
    print(i, j)
    -- expect: 1	1
    -- expect: 1	2
    -- expect: 1	3
    -- expect: 2	1
  end
end
::out::
print("out") -- expect: out
