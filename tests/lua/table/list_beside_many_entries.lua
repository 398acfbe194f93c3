-- heavy
-- A list beside so many other entries that it takes in nodes in portions: each element is there at once.
local function lost(t, first, last, step, store)
  local count = 0
  for i = first, last, step do
    store(t, i, i)
    if t[i] ~= i then count = count + 1 end
  end
  for i = first, last, step do
    if t[i] ~= i then count = count + 1 end
  end
  return count
end
local function others(count, key)
  local t = {}
  for i = 1, count do t[key(i)] = i end
  return t
end
local function assign(t, k, v) t[k] = v end

print(lost(others(20000, function(i) return "k" .. i end), 1, 70000, 1, assign)) -- expect: 0
print(lost(others(40000, function(i) return i + 0.5 end), 20000, 1, -1, rawset)) -- expect: 0

