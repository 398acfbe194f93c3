-- A key directly after the array part that already has an entry in the hash part is stored once.
local keys = {6, 7, 33, 8, 16, 27, 22, 23, 2, 24, 15, 17, 10, 5, 19, 13, 21, 5, 17}
local t = {}
for i, k in ipairs(keys) do t[k] = i ~= 18 and i or nil end -- the second 5 is removed
local sum, n = 0, 0
for k, v in pairs(t) do
  sum = sum + v
  n = n + 1
end
print(n, sum) -- expect: 16	146

-- A queue whose elements arrive in any order.
local queue, first, last = {}, 1, 0
local function push(v)
  last = last + 1
  queue[last] = v
end
local function pop()
  local v = queue[first]
  queue[first] = nil
  first = first + 1
  return v
end
local total, popped = 0, 0
for i = 1, 500 do
  push(i)
  if i % 3 ~= 0 then
    total = total + pop()
    popped = popped + 1
  end
end
while first <= last do
  total = total + pop()
  popped = popped + 1
end
print(popped, total, next(queue)) -- expect: 500	125250	nil
