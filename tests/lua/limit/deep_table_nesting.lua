-- heavy
-- Nothing recurses over a table nested ten thousand deep.
local t = {}
for i = 1, 10000 do t = { t } end
local depth = 0
while t[1] do t = t[1] depth = depth + 1 end
print(depth) -- expect: 10000
