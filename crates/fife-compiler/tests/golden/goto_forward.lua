for i = 1, 3 do
  if i == 2 then goto continue end
  local x = i
  print(x)
  ::continue::
end
do goto a; ::a:: print(1) goto b; print(2) ::b:: end
