-- hostile: fuel=200M memory=64M expect=ok
-- Sorts that wait in coroutines, each in the middle of its list: its unsorted elements are memory, too.
local yield = coroutine.yield
local kept = {}
for i = 1, 12000 do
  local c = coroutine.wrap(function()
    local list, count = {}, 0
    for j = 1, 30 do list[j] = j * 7919 % 31 end
    table.sort(list, function(a, b)
      count = count + 1
      if count == 60 then yield() end
      return a < b
    end)
  end)
  c()
  kept[i] = c
end
for i = 1, #kept, 5 do kept[i]() end
print("ok")
