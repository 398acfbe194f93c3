-- A label at the end of a block is outside the scope of its locals.
for i = 1, 3 do
  if i == 2 then goto continue end
  local v = i * 10
  print(v)
  -- expect: 10
  -- expect: 30
  ::continue::
end
do
  goto skip
  local x
  ::skip::
end
print("end") -- expect: end
