-- heavy
-- Large arrays grow bit by bit: whatever happens to them meanwhile, they hold what was stored.
local function check(t, n, what)
  local bad = 0
  for i = 1, n do if t[i] ~= i then bad = bad + 1 end end
  print(what, bad, #t)
end
local size = 1 << 15
-- Appending.
local t = {}
for i = 1, size + 10 do t[i] = i end
check(t, size + 10, "append") -- expect: append	0	32778
local count, sum = 0, 0
for k, v in pairs(t) do count, sum = count + 1, sum + v end
print(count, sum == (size + 10) * (size + 11) // 2) -- expect: 32778	true
for i, v in ipairs(t) do count = count - 1 end
print(count) -- expect: 0
-- Stores to slots that have and have not moved.
for i = 1, size, 1000 do t[i] = -i end
for i = size, 1, -1000 do t[i] = i end
for i = 1, size, 1000 do t[i] = i end
check(t, size + 10, "store") -- expect: store	0	32778
-- Removing at the end, and appending again.
for i = size + 10, size - 5, -1 do t[i] = nil end
print(#t) -- expect: 32762
for i = size - 5, 3 * size do t[#t + 1] = i end
check(t, 3 * size, "again") -- expect: again	0	98304
-- Keys beyond the array, which it reaches later.
t = {}
for i = 1, size do t[i] = i end
for i = size + 500, size + 600 do t[i] = i end
t.x, t[0], t[-1] = "x", 0, -1
for i = size + 1, 2 * size + 5 do if not t[i] then t[i] = i end end
check(t, 2 * size + 5, "sparse") -- expect: sparse	0	65541
count = 0
for _ in pairs(t) do count = count + 1 end
print(count, t.x, t[0], t[-1]) -- expect: 65544	x	0	-1
-- Clearing while traversing, right after growth began.
t = {}
for i = 1, size + 3 do t[i] = {i} end
count = 0
for k, v in pairs(t) do
  count = count + v[1]
  t[k] = nil
end
print(count == (size + 3) * (size + 4) // 2, next(t), #t) -- expect: true	nil	0
-- Library functions.
t = {}
for i = 1, size do t[i] = i end
table.insert(t, 1, 0)
table.insert(t, size + 1)
print(#t, t[1], t[2], t[size + 1], table.remove(t), table.remove(t, 1), #t) -- expect: 32770	0	1	32768	32769	0	32768
check(t, size, "insert") -- expect: insert	0	32768
t[size + 1] = size + 1
print(select("#", table.unpack(t, size - 3)), table.concat(t, ",", size - 1, size + 1)) -- expect: 5	32767,32768,32769
table.move(t, 1, size + 1, size + 2)
print(#t, t[size + 2], t[#t]) -- expect: 65538	1	32769
