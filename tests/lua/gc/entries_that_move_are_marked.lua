-- heavy
-- An insertion may move an entry behind a marker that is in the middle of a large table.
local t = {}
for i = 1, 300000 do t["k" .. i] = i end
local count, wrong = 0, 0
for k, v in pairs(t) do
  count = count + 1
  if k ~= "k" .. v then wrong = wrong + 1 end
end
print(count, wrong) -- expect: 300000	0
