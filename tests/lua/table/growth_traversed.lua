-- A large array that grows takes in entries that had no slot before. A traversal that removes and assigns must still
-- meet each entry once.
local size = 65536
local t = {}
for i = 1, size do t[i] = i end
for i = size + 210, size + 30, -30 do t[i] = -i end
for i = size + 1, size + 216 do
  if i % 50 ~= 0 then t[i] = i end
end
local count, twice, seen = 0, 0, {}
for k in pairs(t) do
  if seen["k" .. k] then
    twice = twice + 1
    break
  end
  seen["k" .. k] = true
  count = count + 1
  t[k] = count % 5 ~= 0 and k or nil
end
print(twice, count) -- expect: 0	65747
count = 0
for _ in pairs(t) do count = count + 1 end
print(count) -- expect: 52598
