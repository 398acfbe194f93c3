-- heavy
-- The open list at the end of a constructor, after so many other entries that its slots are made in portions.
local parts = {}
for i = 20000, 1, -1 do parts[#parts + 1] = "[" .. i .. "]=" .. i end
local entries = table.concat(parts, ",")
for _, count in ipairs { 1, 40, 60, 100 } do
  local values = {}
  for i = 1, count do values[i] = "x" end
  local t = load("return {" .. entries .. ", ...}")(table.unpack(values))
  local right = 0
  for i = 1, 20000 do
    if t[i] == (i <= count and "x" or i) then right = right + 1 end
  end
  local met = 0
  for _ in pairs(t) do met = met + 1 end
  t[20001] = 20001
  for i = 1, 20001 do
    if t[i] == (i <= count and "x" or i) then right = right + 1 end
  end
  print(#t, right, met)
end
-- expect: 20001	40001	20000
-- expect: 20001	40001	20000
-- expect: 20001	40001	20000
-- expect: 20001	40001	20000
