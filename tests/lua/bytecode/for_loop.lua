for i = 1, 3 do print(i) end
-- expect: 1
-- expect: 2
-- expect: 3
for i = 3, 1, -1 do print(i) end
-- expect: 3
-- expect: 2
-- expect: 1
for i = 1, 10, 4 do print(i) end
-- expect: 1
-- expect: 5
-- expect: 9
for i = 1, 0 do print("never") end
for i = 1, 3 do
  local i = i * 2
  if i == 4 then goto continue end
  print("inner", i)
  -- expect: inner	2
  -- expect: inner	6
  ::continue::
end
