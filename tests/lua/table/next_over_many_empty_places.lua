-- A traversal passes over the places of removed entries, however many there are.
local function emptied(t, keep)
  for k in pairs(t) do
    if k ~= keep then t[k] = nil end
  end
  return t
end
local list, names = {}, {}
for i = 1, 100000 do
  list[i] = i
  names["n" .. i] = i
end
emptied(list, 90000)
emptied(names, "n777")
print(next(list)) -- expect: 90000	90000
print(next(list, 90000)) -- expect: nil
print(next(names)) -- expect: n777	777
print(next(names, "n777")) -- expect: nil
for k, v in pairs(list) do print(k, v) end -- expect: 90000	90000
for k, v in pairs(names) do print(k, v) end -- expect: n777	777
list[90000], names.n777 = nil, nil
for k in pairs(list) do print(k) end
for k in next, names do print(k) end
print(next(list), next(names)) -- expect: nil	nil
-- In a coroutine, and as a function's last call.
list[99000] = "last"
print(coroutine.wrap(function() return next(list) end)()) -- expect: 99000	last
