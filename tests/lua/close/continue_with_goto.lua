for i = 1, 3 do
  local c <close> = setmetatable({}, { __close = function() print("close", i) end })
  if i == 2 then goto continue end
  print("body", i)
  ::continue::
end
-- expect: body	1
-- expect: close	1
-- expect: close	2
-- expect: body	3
-- expect: close	3
