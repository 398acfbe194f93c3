local function find(limit)
  for i = 1, limit do
    if i == 3 then return "returned " .. i end
    while true do
      if i > 5 then return "never" end
      break
    end
    repeat if i == 2 and limit == 2 then goto out end until true
  end
  do return "fell through" end
  ::out::
  return "went out"
end
print(find(1), find(2), find(5)) -- expect: fell through	went out	returned 3
